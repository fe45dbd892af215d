namespace Coffer.Simulation.Scenarios;

/// <summary>
/// Something that an agent, or the vault itself, does. After a crash it is done anew from its beginning, as whoever
/// gave the command would: so each looks first at what is there.
/// </summary>
internal sealed record Step(string Name, Func<Site, Task> RunAsync)
{
    public override string ToString() => Name;
}
