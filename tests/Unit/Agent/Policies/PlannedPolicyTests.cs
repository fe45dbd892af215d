using Coffer.Agent.Policies;
using Coffer.Domain;
using Coffer.Unit.Agent.Policies.Previewing;

namespace Coffer.Unit.Agent.Policies;

public sealed class PlannedPolicyTests : IDisposable
{
    private readonly PreviewScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Only_NamedByLabelIdItsBeginningOrSelectedPath_IsFound()
    {
        var planned = _scene.Planned();
        var source = planned.Plan.Sources.Single().Source;
        string[] names = [source.Label, $"{source.Id}", $"{source.Id}"[..8]];
        foreach (string name in names) Chosen(name, "/no/such/path"u8.ToArray()).ShouldBe(source.Id, name);
        Chosen("anything", _scene.Folder.PathBytes).ShouldBe(source.Id);
        Chosen("anything", source.Volume.MountPath).ShouldBe(source.Id);
        planned.Only(SourceChoice.Of([source.Id])).Plan.Sources.Single().Source.ShouldBe(source);

        SourceId Chosen(string text, byte[] path) => planned.Only(Named(text, path)).Plan.Sources.Single().Source.Id;
    }

    [Fact]
    public void Only_Unknown_TellsWhatThereIs()
    {
        var planned = _scene.Planned();
        var fault = Should.Throw<FaultException>(() => planned.Only(Named("/nowhere", "/nowhere"u8.ToArray()))).Fault;
        fault.Code.ShouldBe("backup.sources");
        fault.Guidance.ShouldContain(planned.Plan.Sources.Single().Source.Label);
        fault.Guidance.ShouldContain(_scene.Folder.Path);
        // Made for this plan: the next one would not find it.
        fault.Guidance.ShouldNotContain($"{planned.Plan.Sources.Single().Source.Id}");
        _scene.Known = planned.Plan.Known;
        var again = Should.Throw<FaultException>(
            () => _scene.Planned().Only(Named("/nowhere", "/nowhere"u8.ToArray()))).Fault;
        again.Guidance.ShouldContain($"({planned.Plan.Sources.Single().Source.Id})");
        Should.Throw<FaultException>(() => planned.Only(SourceChoice.Of([SourceId.New()]))).Fault.Code
            .ShouldBe("backup.sources");
    }

    [Fact]
    public void LabelsOf_WhatIsNotThere_AreTheWordsAskedFor()
    {
        var planned = _scene.Planned();
        var source = planned.Plan.Sources.Single().Source;
        planned.LabelsOf(SourceChoice.All).ShouldBe([source.Label]);
        planned.LabelsOf(SourceChoice.Of([source.Id])).ShouldBe([source.Label]);
        planned.LabelsOf(Named("/nowhere", "/nowhere"u8.ToArray())).ShouldBe(["/nowhere"]);
        planned.LabelsOf(Named($"{source.Id}", "/nowhere"u8.ToArray())).ShouldBe([source.Label]);
    }

    private static SourceChoice Named(string text, byte[] path) => SourceChoice.Of([new SourceName(text, path)]);
}
