using Coffer.Domain;
using Coffer.Unit.Agent.Policies.Previewing;

namespace Coffer.Unit.Agent.Policies;

public sealed class PlannedPolicyTests : IDisposable
{
    private readonly PreviewScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void SourceNamed_ByLabelIdItsBeginningOrSelectedPath_IsFound()
    {
        var planned = _scene.Planned();
        var source = planned.Plan.Sources.Single().Source;
        string[] names = [source.Label, $"{source.Id}", $"{source.Id}"[..8]];
        foreach (string name in names)
            planned.SourceNamed(name, "/no/such/path"u8.ToArray()).ShouldBe(source.Id, name);
        planned.SourceNamed("anything", _scene.Folder.PathBytes).ShouldBe(source.Id);
        planned.SourceNamed("anything", source.Volume.MountPath).ShouldBe(source.Id);
    }

    [Fact]
    public void SourceNamed_Unknown_TellsWhatThereIs()
    {
        var planned = _scene.Planned();
        var fault = Should.Throw<FaultException>(
            () => planned.SourceNamed("/nowhere", "/nowhere"u8.ToArray())).Fault;
        fault.Code.ShouldBe("backup.sources");
        fault.Guidance.ShouldContain(planned.Plan.Sources.Single().Source.Label);
        fault.Guidance.ShouldContain(_scene.Folder.Path);
    }
}
