using System.Text;
using System.Text.Unicode;
using Coffer.Agent.Policies;
using Coffer.Agent.Policies.Files;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Secrets;

namespace Coffer.Cli.Commands.Policies.Editing;

/// <summary>Policy files given on a command line.</summary>
internal static class PolicyFiles
{
    /// <summary>A policy with thousands of paths fits.</summary>
    private const int MaxBytes = 4 << 20;

    /// <summary>Editors of Windows begin a file with it.</summary>
    private const char ByteOrderMark = '\ufeff';

    /// <exception cref="FaultException"><c>policy.wrong</c>: each mistake of the file was told;
    /// <c>policy.file</c>: it is not there.</exception>
    public static ProtectionPolicy Read(Invocation invocation, string file, ProtectionPolicy? before)
    {
        var read = Read(file, before?.Version ?? 0, policy => OfNewPaths(invocation, before, policy));
        foreach (var problem in read.Problems)
            invocation.Printer.Mistake("policy.wrong", file, problem.Line, $"{problem.Message} {problem.Right}");
        return read.Policy ?? throw FaultException.Usage("policy.wrong",
            $"{file} has {Words.Count(read.Problems.Count, "mistake")}.",
            "Put right what is told; nothing was changed.");
    }

    private static PolicyFile Read(
        string file, long version, Func<ProtectionPolicy, IEnumerable<PolicyProblem>> judge)
    {
        byte[] bytes = file == "-" ? GivenFile.Read(Console.OpenStandardInput(), "Standard input", MaxBytes)
            : GivenFile.Read(file, MaxBytes) ?? throw FaultException.Usage(
                "policy.file", $"The policy file {file} does not exist.", "Check its path; - is standard input.");
        string text = Encoding.UTF8.GetString(bytes).TrimStart(ByteOrderMark);
        return LineOfNoText(bytes) is { } line
            ? new PolicyFile(null, [new(line, "There are bytes that are no text, or not in UTF-8.",
                @"Save it as UTF-8; a byte of a path that is none is written \xff, in single quotes.")])
            : PolicyFileReader.Read(text, version, TimeZoneInfo.Local.Id, judge);
    }

    // A zero would end the file for the reader of YAML, and what follows be lost without a word.
    private static int? LineOfNoText(ReadOnlySpan<byte> bytes)
    {
        int number = 0;
        foreach (var line in bytes.Split((byte)'\n'))
        {
            number++;
            if (!Utf8.IsValid(bytes[line]) || bytes[line].Contains((byte)0)) return number;
        }
        return null;
    }

    /// <summary>Paths that are new are judged as those that `protect` is given.</summary>
    private static IEnumerable<PolicyProblem> OfNewPaths(
        Invocation invocation, ProtectionPolicy? before, ProtectionPolicy policy)
    {
        var machine = invocation.Home.ReadMachine();
        string? vault = machine is null ? invocation.Home.DefaultVaultFolder : machine.Place.Folder;
        var selection = new PathSelection(MountTable.Read(), invocation.Home.NeverBackedUp(vault));
        for (int i = 0; i < Math.Min(policy.Items.Count, PolicyRules.MostPaths); i++)
        {
            byte[] path = policy.Items[i].Path;
            bool isNew = before?.Items.Any(item => item.Path.AsSpan().SequenceEqual(path)) != true;
            if (isNew && path is [(byte)'/', ..] && Judge(selection, path, $"paths[{i}]") is { } problem)
                yield return problem;
        }
    }

    private static PolicyProblem? Judge(PathSelection selection, byte[] path, string field)
    {
        try
        {
            byte[] real = selection.Add([], [path]).Added[0];
            return real.AsSpan().SequenceEqual(PathRules.Normalise(path)) ? null : new(
                field, $"{PathText.Render(path)} leads to another place.", $"Write {PathText.Render(real)}.");
        }
        catch (FaultException e)
        {
            return new(field, e.Fault.Message, e.Fault.Guidance.Replace("; nothing was changed", ""));
        }
    }
}
