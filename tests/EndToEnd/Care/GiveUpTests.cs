using System.Text.Json;

namespace Coffer.EndToEnd.Care;

/// <summary>
/// A pack that is lost with its index: nobody knows what was in it, so nothing is deleted until somebody names the
/// points that are to go on without it.
/// </summary>
public sealed class GiveUpTests : IDisposable
{
    private readonly Machine _machine = new();
    private readonly string _hurt, _sound;

    public GiveUpTests()
    {
        _machine.Shell("mkdir saved; head -c 3000000 /dev/urandom > data/big; cp -p data/big saved");
        _machine.Write("left", "left");
        _machine.Protect().ExitCode.ShouldBe(0);
        string lost = _machine.Stored("packs", isLargest: true);
        _machine.Shell("rm data/*; echo fresh > data/fresh");
        _machine.Json("backup").ExitCode.ShouldBe(3); // source.shrunk
        string[] points = [.. _machine.Json("points").Events.Select(e => e.GetProperty("point").GetString()!)];
        (_hurt, _sound) = (points[0], points[1]);
        _machine.Shell($"rm '{lost}' vault/keyspaces/*.db*");
        _machine.Json("vault", "recover").ExitCode.ShouldBe(3);
    }

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void GiveUp_OfAPointByItsId_LetsCollectionGoOnAndKeepsWhatIsLeft()
    {
        var stopped = _machine.Json("vault", "collect");
        stopped.ExitCode.ShouldBe(3, stopped.ToString());
        var told = stopped.Events.Single(e => Text(e, "code") == "collect.stopped");
        told.GetProperty("points").EnumerateArray().Select(id => id.GetString()).ShouldBe([_hurt]);
        Text(told, "message")!.ShouldContain("give-up");

        var givenUp = _machine.Json("vault", "give-up", _hurt, "--yes");
        givenUp.ExitCode.ShouldBe(0, givenUp.ToString());
        givenUp.Result.GetProperty("points").EnumerateArray().Single().GetString().ShouldBe(_hurt);
        givenUp.Events.Select(e => Text(e, "path")).ShouldContain(_machine.At("data/big"));
        var collect = _machine.Json("vault", "collect");
        collect.ExitCode.ShouldBe(0, collect.ToString());
        GivenUp().ShouldBe([true, false]);
        _machine.Coffer("points").Output.ShouldContain("given up");
        _machine.Shell("rm vault/catalog.db");
        _machine.Json("vault", "recover");
        GivenUp().ShouldBe([true, false]);
        _machine.Json("vault", "collect").ExitCode.ShouldBe(0);

        var restore = _machine.Json("restore", _machine.Data, "--point", _hurt, "--to", _machine.At("out"));
        restore.ExitCode.ShouldBe(3, restore.ToString());
        restore.Events.Select(e => Text(e, "path")).ShouldContain(_machine.At("data/big"));
        _machine.Json("restore", _machine.Data, "--point", _sound, "--to", _machine.At("now")).ExitCode.ShouldBe(0);
        File.ReadAllText(_machine.At("now/data/fresh")).ShouldBe("fresh\n");
    }

    [Fact]
    public void GiveUp_WithoutAYesOrOfASoundPoint_IsRefusedAndGivesUpNone()
    {
        var unasked = _machine.Json("vault", "give-up", _hurt);
        unasked.ExitCode.ShouldBe(2, unasked.ToString());
        unasked.Code.ShouldBe("point.unconfirmed");
        foreach (string[] points in (string[][])[[_sound], [_hurt, _sound]])
        {
            var sound = _machine.Json(["vault", "give-up", .. points, "--yes"]);
            sound.ExitCode.ShouldBe(4, sound.ToString());
            sound.Code.ShouldBe("point.sound");
        }
        _machine.Json("vault", "give-up", "latest", "--yes").Code.ShouldBe("point.unknown");
        _machine.Json("vault", "give-up", "--yes").ExitCode.ShouldBe(2);
        GivenUp().ShouldBe([false, false]);
        _machine.Json("vault", "collect").ExitCode.ShouldBe(3);
    }

    [Fact]
    public void GiveUp_AndWhatWasLostComesBack_IsTakenBack()
    {
        _machine.Json("vault", "give-up", _hurt, "--yes").ExitCode.ShouldBe(0);
        _machine.Json("vault", "collect").ExitCode.ShouldBe(0);
        _machine.Shell("rm data/fresh; cp -p saved/big data; printf left > data/left");
        _machine.Json("backup").ExitCode.ShouldBe(0);
        var check = _machine.Json("vault", "check");
        check.ExitCode.ShouldBe(0, check.ToString());
        _machine.Json("vault", "collect").ExitCode.ShouldBe(0);
        GivenUp().ShouldBe([false, false, false]);
        _machine.Json("restore", _machine.Data, "--point", _hurt, "--to", _machine.At("out")).ExitCode.ShouldBe(0);
        _machine.Shell("cmp saved/big out/data/big").ExitCode.ShouldBe(0);
    }

    private bool[] GivenUp() =>
        [.. _machine.Json("points").Events.Where(e => Text(e, "event") == "point")
            .Select(e => e.GetProperty("isGivenUp").GetBoolean())];

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
