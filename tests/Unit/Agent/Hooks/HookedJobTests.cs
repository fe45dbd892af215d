using Coffer.Agent.Hooks;
using Coffer.Agent.Jobs;
using Coffer.Agent.Policies;
using Coffer.Contracts.Jobs;
using Coffer.Domain;
using Coffer.Unit.Agent.Jobs;
using Coffer.Unit.FileSystem;

namespace Coffer.Unit.Agent.Hooks;

/// <summary>Backups of a folder into a vault in memory, with hooks that are small scripts.</summary>
public sealed class HookedJobTests : IDisposable
{
    private readonly JobScene _scene = new();

    public HookedJobTests() => _scene.Folder.AddFile("data/file", "text");

    private string Log => _scene.Folder.At("log");

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Run_WithBoth_RunsThemAroundTheBackupAndTellsThem()
    {
        Set(HookMoment.Before, "before $COFFER_OPERATION $COFFER_JOB $COFFER_SOURCES; echo dump > DATA/dump");
        Set(HookMoment.After, "after $COFFER_OPERATION $COFFER_JOB $COFFER_STATE");
        var result = await _scene.RunAsync();
        result.Report.State.ShouldBe(JobState.Completed);
        result.Report.Findings.ShouldBeEmpty();
        string job = result.Report.Id.ToString(), source = result.Sources.Single().Source.Label;
        (await File.ReadAllLinesAsync(Log))
            .ShouldBe([$"before backup {job} {source}", $"after backup {job} completed"]);
        result.Total.Files.ShouldBe(2, "what the hook wrote is in the point");
        _scene.Phases
            .ShouldBe(["HookBefore", "Initializing", "Transferring", "Verifying", "Completed", "HookAfter"]);
    }

    [Fact]
    public async Task Run_BeforeFails_ReadsNothingAndRunsTheOneAfter()
    {
        Set(HookMoment.Before, "before; echo no such database >&2; exit 3");
        Set(HookMoment.After, "after $COFFER_STATE");
        var result = await _scene.RunAsync();
        result.Report.State.ShouldBe(JobState.Failed);
        result.Sources.ShouldBeEmpty();
        _scene.Vault.Committed.ShouldBeEmpty();
        result.Problem!.Code.ShouldBe("hook.failed");
        var finding = result.Report.Findings.Single();
        finding.Message.ShouldContain("ended with 3: no such database.");
        (await File.ReadAllLinesAsync(Log)).ShouldBe(["before", "after failed"]);
    }

    [Fact]
    public async Task Run_HomeFailsOnceItHasBegun_IsToldAsFailed()
    {
        Set(HookMoment.Before, $"before; mkdir {_scene.Home.Folder}/sources.json");
        Set(HookMoment.After, "after $COFFER_STATE");
        var fault = (await Should.ThrowAsync<FaultException>(() => _scene.RunAsync())).Fault;
        var told = _scene.Vault.Jobs[^1];
        told.State.ShouldBe(JobState.Failed);
        told.EndedAt.ShouldNotBeNull();
        told.Findings.Single().Code.ShouldBe(fault.Code);
        (await File.ReadAllLinesAsync(Log)).ShouldBe(["before", "after failed"]);
    }

    [Fact]
    public async Task Run_BeforeFailsAndOnlyWarns_GoesOnWithAWarning()
    {
        Set(HookMoment.Before, "before; exit 1", HookRule.Warn);
        var result = await _scene.RunAsync();
        result.Report.State.ShouldBe(JobState.CompletedWithWarnings);
        result.Problem.ShouldBeNull();
        _scene.Vault.Committed.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Run_AfterFails_IsAWarningAndThePointStands()
    {
        Set(HookMoment.After, "after $COFFER_STATE; exit 9");
        var result = await _scene.RunAsync();
        result.Report.State.ShouldBe(JobState.CompletedWithWarnings);
        result.Report.Findings.Single().Code.ShouldBe("hook.failed");
        _scene.Vault.Committed.Count.ShouldBe(1);
        (await File.ReadAllLinesAsync(Log)).ShouldBe(["after completed"]);
    }

    [Fact]
    public async Task Run_BeforeAtItsTimeLimit_Fails()
    {
        Set(HookMoment.Before, "before; exec sleep 1000", limit: TimeSpan.FromSeconds(1));
        var result = await _scene.RunAsync();
        result.Report.State.ShouldBe(JobState.Failed);
        result.Problem!.Message.ShouldContain("was ended (1s)");
    }

    [Fact]
    public async Task Run_CancelledDuringTheOneBefore_IsCancelledAndRunsTheOneAfter()
    {
        Set(HookMoment.Before, "before; exec sleep 1000");
        Set(HookMoment.After, "after $COFFER_STATE");
        var run = _scene.RunAsync();
        while (!run.IsCompleted && !File.Exists(Log)) await Task.Yield();
        await _scene.CancelAsync();
        var result = await run;
        result.Report.State.ShouldBe(JobState.Cancelled);
        (result.Sources.Count, result.Report.Findings.Count).ShouldBe((0, 0));
        (await File.ReadAllLinesAsync(Log)).ShouldBe(["before", "after cancelled"]);
    }

    [Fact]
    public async Task Run_AfterAnErrorThatEndsTheJob_RunsTheOneAfterToo()
    {
        Set(HookMoment.Before, "before");
        Set(HookMoment.After, "after $COFFER_STATE");
        await Should.ThrowAsync<InvalidOperationException>(
            _scene.RunAsync(backUp: (_, _, _) => throw new InvalidOperationException("our own mistake")));
        (await File.ReadAllLinesAsync(Log)).ShouldBe(["before", "after failed"]);
    }

    [Fact]
    public async Task Run_OfAProgramThatOthersMayWriteNow_RunsItNot()
    {
        Set(HookMoment.Before, "before");
        ReadingTests.Run("chmod", "777", _scene.Folder.At("hook-Before"));
        var result = await _scene.RunAsync();
        result.Report.State.ShouldBe(JobState.Failed);
        result.Problem!.Code.ShouldBe("hook.unsafe");
        File.Exists(Log).ShouldBeFalse();
    }

    [Theory]
    [InlineData("home")]
    [InlineData("home/settings.json")]
    public async Task Run_WhereSomebodyElseMaySetHooks_RunsNone(string theirs)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: gives files away");
        Set(HookMoment.Before, "before");
        ReadingTests.Run("chown", "4711", _scene.Folder.At(theirs));
        (await _scene.RunAsync()).Problem!.Code.ShouldBe("hook.unsafe");
        File.Exists(Log).ShouldBeFalse();
    }

    [Fact]
    public async Task Run_IntoASeed_RunsNone()
    {
        Set(HookMoment.Before, "before");
        var seed = new SeedTarget(_scene.Folder.AddFolder("seed"), new Dictionary<SourceId, long>());
        (await _scene.RunAsync(request => request with { Seed = seed })).Report.State.ShouldBe(JobState.Completed);
        File.Exists(Log).ShouldBeFalse();
    }

    [Fact]
    public async Task Run_OfASourceThatIsNotThereAfterTheOneBefore_FailsAndRunsTheOneAfter()
    {
        Set(HookMoment.Before, "before $COFFER_SOURCES");
        Set(HookMoment.After, "after $COFFER_SOURCES $COFFER_STATE");
        var fault = (await Should.ThrowAsync<FaultException>(RunNowhereAsync)).Fault;
        fault.Code.ShouldBe("backup.sources");
        var told = _scene.Vault.Jobs[^1];
        (told.State, told.SourceLabel, told.Findings.Single().Code)
            .ShouldBe((JobState.Failed, "/nowhere", "backup.sources"));
        (await File.ReadAllLinesAsync(Log)).ShouldBe(["before /nowhere", "after /nowhere failed"]);
    }

    [Fact]
    public async Task Run_OfASourceThatIsNotThereWithNoneBefore_IsRefusedBeforeItBegins()
    {
        Set(HookMoment.After, "after");
        (await Should.ThrowAsync<FaultException>(RunNowhereAsync)).Fault.Code.ShouldBe("backup.sources");
        _scene.Vault.Jobs.ShouldBeEmpty();
        File.Exists(Log).ShouldBeFalse();
    }

    [Fact]
    public async Task Run_BeforeFailsAndTheSourceIsNotThere_TellsTheHook()
    {
        Set(HookMoment.Before, "before; exit 3");
        (await RunNowhereAsync()).Problem!.Code.ShouldBe("hook.failed");
    }

    [Fact]
    public async Task Run_WithOutputThatSteersATerminal_TellsItHarmless()
    {
        Set(HookMoment.Before, "before; printf 'bad\\033[2Jthing\\nsecond'; exit 1");
        (await _scene.RunAsync()).Problem!.Message.ShouldContain(@"bad\x1b[2Jthing | second");
    }

    private Task<BackupJobResult> RunNowhereAsync() => _scene.RunAsync(request => request with
    {
        Sources = SourceChoice.Of([new SourceName("/nowhere", "/nowhere"u8.ToArray())]),
    });

    /// <param name="line">What is written into the log, and perhaps more of a script behind it.</param>
    private void Set(HookMoment moment, string line, HookRule? rule = null, TimeSpan? limit = null)
    {
        string[] parts = line.Split(';', 2);
        string script = _scene.Folder.AddFile($"hook-{moment}",
            $"#!/bin/sh\necho \"{parts[0]}\" >> {Log}\n{(parts.Length > 1 ? parts[1] : "")}\n"
                .Replace("DATA", _scene.Folder.At("data"), StringComparison.Ordinal));
        ReadingTests.Run("chmod", "700", script);
        var hook = new Hook(script, [], limit ?? TimeSpan.FromMinutes(5),
            rule ?? (moment == HookMoment.Before ? HookRule.Fail : HookRule.Warn));
        _scene.Home.WriteSettings(
            _scene.Home.ReadSettings() with { Hooks = _scene.Home.ReadSettings().Hooks.With(moment, hook) });
    }
}
