using System.Runtime.InteropServices;
using Coffer.EndToEnd.Serving.Security;

namespace Coffer.EndToEnd.Agents;

/// <summary>Edits, templates and backups asked for at the vault, and the agent as a process.</summary>
public sealed class VaultRequestTests : IDisposable
{
    private readonly SecureScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Agent_EditsTemplatesAndBackupsAskedForAtTheVault_AreTakenAsFarAsTheMachineAllows()
    {
        var (machine, id) = _scene.Protected();
        _scene.Console("policy", "edit", id, "--daily", "60", "--preview").ShouldEnd(0);
        _scene.Console("policy", "edits").ShouldEnd(0).Events.ShouldBeEmpty();
        _scene.Console("policy", "edit", id, "--daily", "60").ShouldFail(2, "confirm.needed");
        _scene.Console("policy", "edit", id, "--daily", "60", "--yes").ShouldEnd(0);
        _scene.Console("backup", id, "--retain-until", "2099-01-31").ShouldEnd(0);
        var agent = new RunningCoffer(machine, "agent", "run");
        agent.WaitFor("The policy was edited at the vault");
        agent.WaitFor("The run that was asked for ended: Completed");
        End(agent);
        Edit().ShouldBe(("Accepted", null));
        machine.Json("point").ShouldEnd(0).Result.GetProperty("points").GetInt32().ShouldBe(2);

        string name = _scene.Console("server", "show", id).Result.GetProperty("name").GetString()!;
        _scene.Console("policy", "edit", id, "--daily", "14", "--yes").ShouldFail(2, "confirm.needed");
        _scene.Console("policy", "edit", id, "--daily", "14", "--confirm", name).ShouldEnd(0);
        _scene.Console("policy", "cancel", id).ShouldEnd(0);

        machine.Json("settings", "set", "portal-edits", "none").ShouldEnd(0);
        _scene.Console("policy", "template", "set", "gold", "--at", "06:00,18:00", "--daily", "90").ShouldEnd(0);
        _scene.Console("policy", "template", "apply", "gold", "--tag", "laptop", "--yes").ShouldFail(2, "server.tag");
        _scene.Console("server", "tag", id, "--add", "laptop", "--add", "site-2").ShouldEnd(0);
        _scene.Console("policy", "template", "apply", "gold", "--tag", "laptop", "--yes").ShouldEnd(0);
        var refusing = new RunningCoffer(machine, "agent", "run");
        refusing.WaitFor("is not taken [edit.not-allowed]");
        End(refusing);
        Edit().ShouldBe(("Declined", "edit.not-allowed"));
        machine.Json("policy").ShouldEnd(0).Result.GetProperty("policy").GetProperty("version").GetInt64()
            .ShouldBe(2);
    }

    private (string? State, string? Code) Edit()
    {
        var edit = _scene.Console("policy", "edits").ShouldEnd(0).Events.Single();
        return (edit.GetProperty("state").GetString(), edit.GetProperty("code").GetString());
    }

    private static void End(RunningCoffer agent)
    {
        agent.Signal(PosixSignal.SIGTERM);
        agent.End().ExitCode.ShouldBe(0);
    }
}
