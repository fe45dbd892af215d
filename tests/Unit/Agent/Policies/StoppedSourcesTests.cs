using System.Text;
using Coffer.Agent.Homes;
using Coffer.Agent.Policies;
using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Protection;
using Coffer.Format.Points;

namespace Coffer.Unit.Agent.Policies;

public sealed class StoppedSourcesTests
{
    private readonly KnownSource _home = Source("/home"), _work = Source("/my work");

    [Fact]
    public void LeftOutOf_SomeOfAll_AreThoseThatAreStopped()
    {
        var stopped = Stopped((_home, ProtectionState.Protected), (_work, ProtectionState.StoppedWithDataRetained));
        var left = stopped.LeftOutOf(Planned(), SourceChoice.All).ShouldHaveSingleItem();
        left.Words.ShouldBe("/my work is left out: its protection is stopped;"
            + " `coffer protection resume '/my work'` takes it up again.");
        Planned().Without([left]).Plan.Sources.Single().Source.ShouldBe(_home);
    }

    [Fact]
    public void LeftOutOf_Protected_IsNone() =>
        Stopped((_home, ProtectionState.Protected)).LeftOutOf(Planned(), SourceChoice.All).ShouldBeEmpty();

    [Fact]
    public void LeftOutOf_All_IsRefusedWithEachCure()
    {
        var stopped = Stopped((_home, ProtectionState.StoppedRetainedByPolicy), (_work, ProtectionState.Deleted));
        var fault = Should.Throw<FaultException>(() => stopped.LeftOutOf(Planned(), SourceChoice.All)).Fault;
        (fault.Code, fault.Kind).ShouldBe(("protection.stopped", FaultKind.Refused));
        fault.Message.ShouldContain("/home, /my work");
        fault.Guidance.ShouldContain("`coffer protection resume /home`");
        fault.Guidance.ShouldContain("`coffer protection undelete '/my work'`");
    }

    [Theory]
    [InlineData(ProtectionState.StoppedWithDataRetained, "protection.stopped")]
    [InlineData(ProtectionState.StoppedRetainedByPolicy, "protection.stopped")]
    [InlineData(ProtectionState.Deleted, "protection.deleted")]
    public void LeftOutOf_OneThatWasAskedFor_IsRefusedWithTheCure(ProtectionState state, string code)
    {
        var stopped = Stopped((_home, state));
        SourceChoice[] choices =
        [
            SourceChoice.Of([new SourceName("/home", "/home"u8.ToArray())]),
            SourceChoice.Of([_home.Id, _work.Id]),
        ];
        foreach (var choice in choices)
        {
            var fault = Should.Throw<FaultException>(() => stopped.LeftOutOf(Planned(), choice)).Fault;
            fault.Code.ShouldBe(code);
            fault.Guidance.ShouldContain("`coffer protection resume /home`");
        }

        stopped.LeftOutOf(Planned(), SourceChoice.Of([_work.Id])).ShouldBeEmpty();
    }

    [Fact]
    public void Fault_OfOneWhoseLabelOthersHave_NamesItById()
    {
        var other = Source("/home");
        var stopped = Stopped((_home, ProtectionState.StoppedWithDataRetained), (other, ProtectionState.Protected));
        stopped.Find(_home.Id)!.Fault.Guidance.ShouldContain($"`coffer protection resume {_home.Id}`");
    }

    [Fact]
    public void Mark_GivesEachItsFault_AndLeavesTheOthers()
    {
        var marked = Stopped((_work, ProtectionState.StoppedWithDataRetained)).Mark(Planned()).Plan.Sources;
        marked.Select(source => source.Problem?.Code).ShouldBe([null, "protection.stopped"]);
    }

    private PlannedPolicy Planned()
    {
        var policy = ProtectionPolicy.Empty("UTC");
        PlannedSource[] sources = [.. new[] { _home, _work }.Select(
            source => new PlannedSource(source, null, [source.Volume.MountPath], null))];
        return new PlannedPolicy(policy, [], BackupSelection.Filter(policy, []), new SourcePlan(sources, []));
    }

    private static StoppedSources Stopped(params (KnownSource Source, ProtectionState State)[] items) =>
        StoppedSources.Of([.. items.Select(item => new BackupItem(
            item.Source.Id, MachineId.New(), "host", "volume", item.Source.Label, item.State, null, 1, 0, 0, null, null,
            null))]);

    private static KnownSource Source(string place) => new(
        SourceId.New(), place, new VolumeDescription("ext4", "", "", "/"u8.ToArray(), Encoding.UTF8.GetBytes(place)));
}
