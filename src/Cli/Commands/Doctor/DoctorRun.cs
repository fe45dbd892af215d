using System.Runtime.InteropServices;
using Coffer.Agent.Doctor;
using Coffer.Agent.Homes;
using Coffer.Cli.Compose;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.FileSystem.Mounts;

namespace Coffer.Cli.Commands.Doctor;

/// <summary>One line of an examination.</summary>
internal sealed record DoctorLine(string Name, CheckResult Result);

/// <summary>All checks that this machine calls for: those of its home, and of its vault where it has one.</summary>
internal static class DoctorRun
{
    private static readonly string[] s_proxyVariables = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

    public static string Version =>
        typeof(DoctorRun).Assembly.GetName().Version is { } version ? version.ToString(3) : "unknown";

    /// <param name="begin">Is told what is looked at next.</param>
    /// <param name="tell">Is told what was found, as it is.</param>
    public static async Task<IReadOnlyList<DoctorLine>> RunAsync(
        Invocation invocation, Action<string> begin, Action<DoctorLine> tell)
    {
        var machine = MachineOf(invocation.Home);
        var (line, proxyFault) = LineOf(invocation, machine);
        await using var ofVault = machine is null ? null : new VaultChecks(
            machine, () => Vaults.ForReadingAsync(invocation, machine, "coffer doctor", TimeSpan.Zero), Version,
            invocation.Time);
        await using var ofLine = line;
        var checks = new List<Check> { Check.Here("version", Versions) };
        checks.AddRange(new HomeChecks(invocation.Home, invocation.Time).All);
        if (proxyFault is not null) checks.Add(Check.Here("proxy", () => CheckResult.Failed(proxyFault)));
        checks.AddRange(ofLine?.All ?? []);
        if (machine?.Place.Folder is { } folder) checks.Add(Check.Here("disk", () => Disk(invocation.Home, folder)));
        checks.AddRange(ofVault?.All ?? []);
        return await MakeAsync(invocation, checks, begin, tell);
    }

    private static async Task<IReadOnlyList<DoctorLine>> MakeAsync(
        Invocation invocation, List<Check> checks, Action<string> begin, Action<DoctorLine> tell)
    {
        var examination = new Examination(invocation.Time, Faults.Of);
        var lines = new List<DoctorLine>();
        foreach (var check in checks)
        {
            begin(check.Name);
            lines.Add(new DoctorLine(check.Name, await examination.MakeAsync(check, invocation.Cancellation)));
            tell(lines[^1]);
        }

        return lines;
    }

    /// <summary>Null also where it cannot be read: a check of its own tells that.</summary>
    public static MachineRegistration? MachineOf(AgentHome home)
    {
        try
        {
            return home.ReadMachine();
        }
        catch (Exception e) when (e is FaultException or CorruptionException)
        {
            return null;
        }
    }

    private static (LineChecks? Line, Fault? ProxyFault) LineOf(Invocation invocation, MachineRegistration? machine)
    {
        if (machine?.Place.Service is not { } service) return (null, null);
        try
        {
            bool isInEnvironment = s_proxyVariables.Any(
                name => Environment.GetEnvironmentVariable(name) is { Length: > 0 });
            return (new LineChecks(service, invocation.Home.ReadProxy(), isInEnvironment, invocation.Time), null);
        }
        catch (Exception e) when (e is FaultException or CorruptionException)
        {
            return (null, Faults.Of(e));
        }
    }

    private static CheckResult Versions() => CheckResult.Good(
        $"Coffer {Version}, .NET {Environment.Version}, {RuntimeInformation.OSDescription}"
        + $" on {RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}");

    private static CheckResult Disk(AgentHome home, string folder)
    {
        if (home.ReadPolicy() is not { } policy) return CheckResult.Skipped("nothing is selected");
        return DiskWarning.For(policy, folder, MountTable.Read()) is null
            ? CheckResult.Good("vault and data lie on disks of their own")
            : CheckResult.Warning("vault.same-disk", "vault and data share a disk or a file system", DiskWarning.Cure);
    }
}
