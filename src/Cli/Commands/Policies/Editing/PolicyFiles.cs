using Coffer.Agent.Policies;
using Coffer.Agent.Policies.Files;
using Coffer.Cli.Compose;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.FileSystem.Mounts;

namespace Coffer.Cli.Commands.Policies.Editing;

/// <summary>Policy files given on a command line.</summary>
internal static class PolicyFiles
{
    /// <exception cref="FaultException"><c>policy.wrong</c>: all mistakes of the file, a line each;
    /// <c>policy.file</c>: it cannot be read.</exception>
    public static ProtectionPolicy Read(Invocation invocation, string file, ProtectionPolicy? before)
    {
        var read = PolicyFileReader.Read(TextOf(file), before?.Version ?? 0, TimeZoneInfo.Local.Id);
        if (read.Policy is not { } policy)
            throw FaultException.Usage("policy.wrong",
                string.Join('\n', read.Problems.Select(p => $"{file}:{p.Line}: {p.Message} {p.Right}")),
                "Nothing was changed.");
        // Paths that are new are judged as those that `protect` is given.
        var machine = invocation.Home.ReadMachine() ?? throw OpenedVault.Unregistered();
        byte[][] added = [.. policy.Items.Select(item => item.Path)
            .Where(path => before?.Items.Any(item => item.Path.AsSpan().SequenceEqual(path)) != true)];
        _ = new PathSelection(MountTable.Read(), invocation.Home.NeverBackedUp(machine.Place.Folder)).Add([], added);
        return policy;
    }

    private static string TextOf(string file)
    {
        try
        {
            return file == "-" ? Console.In.ReadToEnd() : File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FaultException.Usage("policy.file", $"{file} cannot be read: {e.Message}", "Check its name.");
        }
    }
}
