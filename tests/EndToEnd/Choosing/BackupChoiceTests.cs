using System.Globalization;
using Coffer.EndToEnd.Serving.Security;

namespace Coffer.EndToEnd.Choosing;

/// <summary>Backups of some data sources, points kept until a day, and points that are kept for longer.</summary>
public sealed class BackupChoiceTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Backup_OfOneSource_LeavesTheOthersAlone()
    {
        _machine.Write("a", "a");
        using var disk = SmallDisk.Mount(_machine, Path.Combine(_machine.Data, "disk"), "1m");
        _machine.Write("disk/b", "b");
        _machine.Protect("--no-backup").ExitCode.ShouldBe(0);

        string mounted = Path.Combine(_machine.Data, "disk");
        var first = Ends(0, "backup", "--source", mounted);
        first.Result.GetProperty("sources").EnumerateArray().Single().GetProperty("label").GetString()
            .ShouldBe(mounted);
        string id = first.Result.GetProperty("sources")[0].GetProperty("source").GetString()!;
        // The same source by its id, and both by what the policy selects of each.
        Ends(0, "backup", "--source", id[..8]).Result.GetProperty("sources")[0].GetProperty("source").GetString()
            .ShouldBe(id);
        Ends(0, "backup", "--source", id, "--source", _machine.Data).Result.GetProperty("sources").GetArrayLength()
            .ShouldBe(2);
        Ends(0, "point").Result.GetProperty("points").GetInt32().ShouldBe(4);

        var unknown = Ends(2, "backup", "--source", "/nowhere");
        unknown.Code.ShouldBe("backup.sources");
        unknown.Result.GetProperty("guidance").GetString()!.ShouldContain(mounted);
    }

    [Fact]
    public void Backup_RetainedForLongerThanThePolicyKeepsAnything_IsRefusedWithTheLastDay()
    {
        _machine.Write("a", "a");
        _machine.Protect("--no-backup").ExitCode.ShouldBe(0);
        var refused = Ends(2, "backup", "--retain-until", "2099-01-31");
        refused.Code.ShouldBe("retain.too-long");
        string longest = refused.Result.GetProperty("message").GetString()!.Split("until ")[1][..10];
        var run = Ends(0, "backup", "--retain-until", longest);
        run.Result.GetProperty("sources")[0].GetProperty("retainUntil").GetString().ShouldNotBeNullOrEmpty();
        DateTime.ParseExact(longest, "yyyy-MM-dd", CultureInfo.InvariantCulture)
            .ShouldBeInRange(DateTime.Now.AddDays(1000), DateTime.Now.AddDays(1200));
    }

    [Fact]
    public void Backup_RetainedForLongerThanTheVaultKeepsAnything_WarnsOfTheShorterEnd()
    {
        _machine.Write("a", "a");
        _machine.Protect("--no-backup").ExitCode.ShouldBe(0);
        // A home that was brought back as it was before the policy was made shorter: the vault has the newer one.
        string policy = Path.Combine(_machine.Home, "policy.json");
        byte[] before = File.ReadAllBytes(policy);
        Ends(0, "policy", "set", "--monthly", "off", "--yearly", "off");
        File.WriteAllBytes(policy, before);

        string asked = Day(400);
        var run = Ends(3, "backup", "--retain-until", asked);
        run.Events.Where(line => line.ToString().Contains("retain.shortened", StringComparison.Ordinal))
            .ShouldHaveSingleItem().ToString().ShouldContain("keeps the point until");
        string kept = run.Result.GetProperty("sources")[0].GetProperty("retainUntil").GetString()!;
        DateTimeOffset.Parse(kept, CultureInfo.InvariantCulture).ShouldBeLessThan(DateTimeOffset.Now.AddDays(100));
    }

    [Fact]
    public void Point_Extended_IsKeptAtLeastUntilThatDay()
    {
        _machine.Write("a", "a");
        _machine.Protect().ExitCode.ShouldBe(0);
        string point = Ends(0, "point").Events.Single().GetProperty("point").GetString()!;
        var extended = Ends(0, "point", "extend", point[..8], "--until", "2090-01-31");
        DateTimeOffset.Parse(extended.Result.GetProperty("expiresAt").GetString()!, CultureInfo.InvariantCulture)
            .Year.ShouldBe(2090);
        // Earlier again: nothing gets shorter.
        Ends(0, "point", "extend", point, "--until", Day(5)).Result.GetProperty("expiresAt").GetString()
            .ShouldBe(extended.Result.GetProperty("expiresAt").GetString());
        Ends(0, "point").Events.Single().GetProperty("tags").EnumerateArray().Select(tag => tag.GetString())
            .ShouldContain("extended");
        Ends(2, "point", "extend", point, "--until", "2001-01-01").Code.ShouldBe("time.past");
        Ends(2, "point", "extend", point, "--until", "2999-01-01").Code.ShouldBe("extend.too-long");
        Ends(2, "point", "extend", "00000000", "--until", "2090-01-31").Code.ShouldBe("point.unknown");
    }

    [Fact]
    public void Point_OfAServedVault_IsExtendedByTheMachineAsFarAsItsPolicyAndByAPersonFurther()
    {
        using var scene = new SecureScene();
        var (machine, _) = scene.Protected();
        string point = machine.Json("point").Events.Single().GetProperty("point").GetString()!;
        machine.Json("point", "extend", point, "--until", Day(500)).ShouldEnd(0);
        machine.Json("point", "extend", point, "--until", "2090-01-31").ShouldFail(4, "extend.by-person");
        scene.Console("point", "extend", point[..10], "--until", "2090-01-31").ShouldEnd(0)
            .Result.GetProperty("endsAt").GetString()!.ShouldStartWith("2090-01-3");
        machine.Json("point").Events.Single().GetProperty("expiresAt").GetString()!.ShouldStartWith("2090-01-3");
    }

    private static string Day(int days) =>
        DateTime.Now.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private Run Ends(int code, params string[] arguments)
    {
        var run = _machine.Json(arguments);
        run.ExitCode.ShouldBe(code, run.ToString());
        return run;
    }
}
