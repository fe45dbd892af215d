using System.Text;
using Coffer.Agent.Homes;
using Coffer.Agent.Hooks;
using Coffer.Domain;
using Coffer.Unit.FileSystem;

namespace Coffer.Unit.Agent.Hooks;

public sealed class HookEditTests
{
    private static readonly string[] s_shell = ["/bin/sh", "-c", "echo  two"];

    [Fact]
    public void Make_WithDefaults_FailsTheBackupBeforeAndWarnsAfter()
    {
        var before = new HookEdit(s_shell, null, null).Make(HookMoment.Before);
        (before.Program, before.TimeLimit, before.Rule)
            .ShouldBe(("/bin/sh", TimeSpan.FromMinutes(10), HookRule.Fail));
        before.Arguments.ShouldBe(["-c", "echo  two"]);
        new HookEdit(s_shell, null, null).Make(HookMoment.After).Rule.ShouldBe(HookRule.Warn);
        new HookEdit(s_shell, null, "warn").Make(HookMoment.Before).Rule.ShouldBe(HookRule.Warn);
    }

    [Theory]
    [InlineData("1s", 1)]
    [InlineData("90s", 90)]
    [InlineData("10m", 600)]
    [InlineData("24h", 86400)]
    [InlineData("0s", null)]
    [InlineData("25h", null)]
    [InlineData("86401s", null)]
    [InlineData("999999999h", null)]
    [InlineData("99999999999999999999s", null)]
    [InlineData("-1m", null)]
    [InlineData("1.5h", null)]
    [InlineData("10", null)]
    [InlineData("m", null)]
    [InlineData("", null)]
    public void Make_TimeLimit_IsReadAndWrittenAlike(string text, int? seconds)
    {
        if (seconds is null)
        {
            Code(new HookEdit(s_shell, text, null)).ShouldBe("hook.wrong");
            return;
        }

        var limit = new HookEdit(s_shell, text, null).Make(HookMoment.Before).TimeLimit;
        limit.ShouldBe(TimeSpan.FromSeconds(seconds.Value));
        var again = new HookEdit(s_shell, HookEdit.TextOf(limit), null).Make(HookMoment.Before);
        again.TimeLimit.ShouldBe(limit);
    }

    [Fact]
    public void Make_Mistakes_AreRefused()
    {
        Code(new HookEdit([], null, null)).ShouldBe("hook.wrong");
        Code(new HookEdit(s_shell, null, "ignore")).ShouldBe("hook.wrong");
        Code(new HookEdit(s_shell, null, "fail"), HookMoment.After).ShouldBe("hook.wrong");
        Code(new HookEdit(["sh"], null, null)).ShouldBe("hook.unsafe");
        using var folder = new TempFolder();
        Code(new HookEdit([folder.AddFile("x")], null, null)).ShouldBe("hook.unsafe");
    }

    [Fact]
    public void Settings_WithHooks_ComeBackAsTheyWere()
    {
        var before = new Hook("/opt/a b", ["-c", "ä \"x\" \\", ""], TimeSpan.FromSeconds(61), HookRule.Fail);
        var after = new Hook("/opt/z", [], TimeSpan.FromHours(24), HookRule.Warn);
        MachineHooks[] all = [new(before, after), new(null, after), new(before, null), MachineHooks.None];
        foreach (var hooks in all)
        {
            byte[] bytes = (AgentSettings.None with { Hooks = hooks }).Encode();
            var read = AgentSettings.Decode(bytes, "settings.json");
            Flat(read.Hooks.Before).ShouldBe(Flat(hooks.Before));
            Flat(read.Hooks.After).ShouldBe(Flat(hooks.After));
            read.Encode().ShouldBe(bytes);
        }
    }

    [Theory]
    [InlineData("""{"hookBefore":{"arguments":[],"program":"/x","rule":"fail","timeLimitSeconds":0}}""")]
    [InlineData("""{"hookBefore":{"arguments":[],"program":"/x","rule":"fail","timeLimitSeconds":86401}}""")]
    [InlineData("""{"hookBefore":{"arguments":[],"program":"/x","rule":"perhaps","timeLimitSeconds":1}}""")]
    [InlineData("""{"hookBefore":{"arguments":["a\u0000b"],"program":"/x","rule":"fail","timeLimitSeconds":1}}""")]
    [InlineData("""{"hookAfter":{"arguments":"x","program":"/x","rule":"warn","timeLimitSeconds":1}}""")]
    [InlineData("""{"hookAfter":"/x"}""")]
    public void Settings_WithWhatIsNoHook_AreDamaged(string json) =>
        Should.Throw<CorruptionException>(() => AgentSettings.Decode(Encoding.UTF8.GetBytes(json), "settings.json"));

    private static string? Flat(Hook? hook) =>
        hook is null ? null : $"{hook.Program}|{string.Join('|', hook.Arguments)}|{hook.TimeLimit}|{hook.Rule}";

    private static string Code(HookEdit edit, HookMoment moment = HookMoment.Before) =>
        Should.Throw<FaultException>(() => edit.Make(moment)).Fault.Code;
}
