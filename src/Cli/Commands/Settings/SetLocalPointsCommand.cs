using System.CommandLine;
using System.Globalization;
using Coffer.Agent.LocalPoints;
using Coffer.Cli.Commands.Points;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Snapshots;

namespace Coffer.Cli.Commands.Settings;

/// <summary><c>coffer settings set local-points N</c>: how many snapshots of each volume stay on the machine.</summary>
internal sealed class SetLocalPointsCommand : CofferCommand
{
    private readonly Argument<string> _number = new("N")
    {
        Description = $"0 (none) to {LocalPointRules.Most}; each holds on to the disk space of all that changes later",
    };

    public SetLocalPointsCommand()
        : base("local-points", "Keep the newest snapshots on this machine, to restore from at once",
            "coffer settings set local-points 2      # btrfs and ZFS; from the next backup on",
            "coffer settings set local-points 0") => Add(_number);

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        string text = invocation.Value(_number)!;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            || number > LocalPointRules.Most)
            throw FaultException.Usage("value.unknown", $"There cannot be '{text}' local points.",
                $"Give a number from 0 to {LocalPointRules.Most}.");
        using (await invocation.Home.LockAsync(invocation.Time, invocation.Cancellation))
            invocation.Home.WriteSettings(invocation.Home.ReadSettings() with { LocalPoints = number });
        var shown = SettingsShow.Tell(invocation, invocation.Home.ReadSettings());
        var mounts = MountTable.Read();
        await TellSurplusAsync(invocation, mounts, number);
        if (number > 0) TellVolumes(invocation, mounts);
        return shown;
    }

    private static async Task TellSurplusAsync(Invocation invocation, MountTable mounts, int number)
    {
        var known = invocation.Home.ReadSources().Select(source => source.Id).ToHashSet();
        var points = (await LocalPointsHere.FindAsync(invocation, mounts)).Distinct
            .Where(point => known.Contains(point.Name.Source));
        int surplus = points.GroupBy(point => point.Name.Source).Sum(of => Math.Max(0, of.Count() - number));
        if (surplus == 0) return;
        string goes = surplus == 1 ? "goes" : "go";
        invocation.Printer.Line($"{Words.Count(surplus, "local point")} {goes} with the next backup of their volumes.");
    }

    private static void TellVolumes(Invocation invocation, MountTable mounts)
    {
        var policy = invocation.Home.ReadPolicy();
        var providerOf = SnapshotProviders.For(invocation.Time);
        foreach (var mount in SelectedMounts.Of(policy, mounts))
        {
            string place = PathText.Render(mount.MountPoint);
            string? reason = LocalPointRules.ReasonAgainst(mount, providerOf(mount), policy);
            invocation.Printer.Line(reason is null
                ? $"{place}: kept from the next backup on"
                : $"{place}: none is kept, {reason}");
        }
    }
}
