using System.CommandLine;
using System.Text;
using System.Text.Json;
using Coffer.Agent.Doctor;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Secrets;

namespace Coffer.Cli.Commands.Doctor.Diagnostics;

/// <summary>
/// <c>coffer diagnostics FILE</c>: an archive to hand to somebody who is to help. It holds no key, passphrase, token or
/// password, and names of protected files only where that is asked for.
/// </summary>
internal sealed class DiagnosticsCommand : CofferCommand
{
    private const string Explanation = """
        What coffer diagnostics tells of this machine, each file as JSON.

        doctor.json    what coffer doctor found
        versions.json  Coffer, system, processors, names of variables that are set
        machine.json   ids, host name, address and public key of the vault
        settings.json  the proxy, without user and password
        policy.json    what is selected, and the data sources
        files.json     names, sizes and modes of what lies in Coffer's own home
        mounts.json    file systems, without their servers and options
        jobs.json      the last jobs with figures and codes of findings
        points.json    ids and times of recovery points

        It holds no keys, passphrases, tokens or passwords. Names of protected files and folders are name-1, name-2 …
        unless it was made with --with-names. Host name, vault address and the paths of Coffer's own folders are told.

        """;

    private readonly Argument<string> _file = new("FILE")
    {
        Description = "Where to put it, a .zip; it must not exist yet",
    };

    private readonly Option<bool> _withNames = new("--with-names")
    {
        Description = "With names of protected files and folders, which are left out otherwise",
    };

    public DiagnosticsCommand()
        : base("diagnostics", "Collect state and jobs, without secrets, in a file for whoever is to help",
            "coffer diagnostics coffer.zip", "coffer diagnostics coffer.zip --with-names")
    {
        Add(_file);
        Add(_withNames);
    }

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        string file = Path.GetFullPath(invocation.Value(_file)!);
        if (!SystemPaths.Stat(Encoding.UTF8.GetBytes(file), out _).IsError) throw Exists(file);
        using var archive = new DiagnosticsArchive(new SecretGuard(invocation.Home));
        archive.Add("README.txt", Encoding.UTF8.GetBytes(Explanation));
        await AddAllAsync(invocation, archive, new Names(invocation.Value(_withNames)));
        Write(file, archive.Close());
        if (archive.WasStruck)
            invocation.Printer.Remark("diagnostics.struck",
                "A secret was about to go into the archive and was struck out: please report that.");
        invocation.Printer.Line($"{file} holds {Words.Count(archive.Members.Count, "file")}, for its owner alone."
            + " Look through it before you hand it on.");
        return new Outcome(ExitCode.Completed, json =>
        {
            json.WriteString("file"u8, file);
            json.WriteNumber("files"u8, archive.Members.Count);
        });
    }

    private static async Task AddAllAsync(Invocation invocation, DiagnosticsArchive archive, Names names)
    {
        var printer = invocation.Printer;
        var lines = await DoctorRun.RunAsync(
            invocation, name => printer.Note($"looking at {name} …"), static _ => { });
        archive.Add("doctor.json", json =>
        {
            json.WriteStartArray("checks"u8);
            foreach (var line in lines)
            {
                json.WriteStartObject();
                DoctorCommand.Write(json, line);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        var home = new HomeMembers(invocation.Home, names);
        await AddAsync(archive, "versions.json", Now(home.Versions));
        await AddAsync(archive, "machine.json", Now(home.Machine));
        await AddAsync(archive, "settings.json", Now(home.Settings));
        await AddAsync(archive, "policy.json", Now(home.Policy));
        await AddAsync(archive, "files.json", Now(home.Files));
        await AddAsync(archive, "mounts.json", Now(home.Mounts));
        if (DoctorRun.MachineOf(invocation.Home) is not { } machine) return;
        var vault = new VaultMembers(invocation, machine, names);
        await AddAsync(archive, "jobs.json", vault.JobsAsync);
        await AddAsync(archive, "points.json", vault.PointsAsync);
    }

    /// <summary>What cannot be told is told as the error that it is; the rest goes on.</summary>
    private static async Task AddAsync(
        DiagnosticsArchive archive, string name, Func<Task<Action<Utf8JsonWriter>>> make)
    {
        try
        {
            archive.Add(name, await make());
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            archive.Add(name, json => Faults.Write(json, Faults.Of(e)));
        }
    }

    private static Func<Task<Action<Utf8JsonWriter>>> Now(Action<Utf8JsonWriter> write) => () => Task.FromResult(write);

    private static void Write(string file, byte[] archive)
    {
        try
        {
            SecretFile.Write(file, archive, mayReplace: false);
        }
        catch (FaultException e) when (e.Fault.Code == "secret.exists")
        {
            throw Exists(file);
        }
    }

    private static FaultException Exists(string file) => FaultException.Usage(
        "diagnostics.exists", $"{file} exists already and is not replaced.", "Name a new file.");
}
