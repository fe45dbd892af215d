using System.Text;
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

    /// <exception cref="FaultException"><c>policy.wrong</c>: each mistake of the file was told;
    /// <c>policy.file</c>: it is not there.</exception>
    public static ProtectionPolicy Read(Invocation invocation, string file, ProtectionPolicy? before)
    {
        var read = PolicyFileReader.Read(TextOf(file), before?.Version ?? 0, TimeZoneInfo.Local.Id);
        foreach (var problem in read.Problems)
            invocation.Printer.Remark("policy.wrong", $"{file}:{problem.Line}: {problem.Message} {problem.Right}");
        if (read.Policy is not { } policy)
            throw FaultException.Usage("policy.wrong",
                $"{file} has {Words.Count(read.Problems.Count, "mistake")}.",
                "Put right what is told; nothing was changed.");
        // Paths that are new are judged as those that `protect` is given.
        var machine = invocation.Home.ReadMachine();
        string? vault = machine is null ? invocation.Home.DefaultVaultFolder : machine.Place.Folder;
        byte[][] added = [.. policy.Items.Select(item => item.Path)
            .Where(path => before?.Items.Any(item => item.Path.AsSpan().SequenceEqual(path)) != true)];
        _ = new PathSelection(MountTable.Read(), invocation.Home.NeverBackedUp(vault)).Add([], added);
        return policy;
    }

    private static string TextOf(string file)
    {
        if (file == "-") return Console.In.ReadToEnd();
        byte[] bytes = GivenFile.Read(file, MaxBytes) ?? throw FaultException.Usage(
            "policy.file", $"The policy file {file} does not exist.", "Check its path; - is standard input.");
        return Encoding.UTF8.GetString(bytes);
    }
}
