using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;

namespace Coffer.EndToEnd.Serving.Security;

/// <summary>A served vault with machines, and the operator's commands at its console.</summary>
internal sealed class SecureScene : IDisposable
{
    private readonly List<Machine> _machines = [];

    public RunningVault Vault { get; } = new();

    public void Dispose()
    {
        foreach (var machine in _machines) machine.Dispose();
        Vault.Dispose();
    }

    public Machine New()
    {
        var machine = new Machine();
        _machines.Add(machine);
        File.WriteAllText(machine.Passphrase, "correct horse battery staple\n");
        return machine;
    }

    /// <summary>Registered, and backed up once.</summary>
    public (Machine Machine, string Id) Protected(params string[] more)
    {
        var machine = New();
        machine.Write("a.txt", "of the first");
        File.WriteAllBytes(Path.Combine(machine.Data, "big"), RandomNumberGenerator.GetBytes(3 << 20));
        string id = Registered(machine, more);
        machine.Json("protect", machine.Data).ShouldEnd(0);
        return (machine, id);
    }

    public string Registered(Machine machine, params string[] more)
    {
        if (!File.Exists(Vault.Credentials)) Vault.MakeCredentials();
        var run = machine.Json(["register", Vault.Credentials, "--passphrase-file", machine.Passphrase, .. more]);
        return run.ShouldEnd(0).Result.GetProperty("machine").GetString()!;
    }

    /// <summary><c>coffer-vault</c> on the vault's machine.</summary>
    public Run Console(params string[] arguments) =>
        _machines[0].Start(RunningVault.Command, [.. arguments, "--data", Vault.Data, "--json"]);

    /// <inheritdoc cref="RunningVault.PinFor"/>
    public string PinFor(Run refused) => Vault.PinFor(refused, _machines[0]);

    /// <summary>The machine's only data source: id and label.</summary>
    public static (string Id, string Label) SourceOf(Machine machine)
    {
        var source = machine.Json("protection").ShouldEnd(0).Events.Single();
        return (source.GetProperty("source").GetString()!, source.GetProperty("label").GetString()!);
    }

    /// <summary>An account that can sign in: with a password and a code of its second factor.</summary>
    public void Administrator(string name)
    {
        var machine = _machines[0];
        File.WriteAllText(machine.At("password"), "a password that is long enough\n");
        using var process = Process.Start(machine.StartOf(RunningVault.Command,
        [
            "admin", "create", name, "--password-file", machine.At("password"), "--data", Vault.Data, "--json",
        ]))!;
        string line = process.StandardOutput.ReadLine() ?? process.StandardError.ReadToEnd();
        line.ShouldStartWith("{");
        string uri = JsonDocument.Parse(line).RootElement.GetProperty("authenticator").GetString()!;
        process.StandardInput.WriteLine(Totp.CodeOf(uri, DateTimeOffset.UtcNow));
        process.StandardInput.Close();
        string rest = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, rest);
    }
}

internal static class Runs
{
    public static Run ShouldEnd(this Run run, int exitCode)
    {
        run.ExitCode.ShouldBe(exitCode, run.ToString());
        return run;
    }

    public static Run ShouldFail(this Run run, int exitCode, string code)
    {
        (run.ExitCode, run.ExitCode == 0 ? "" : run.Code).ShouldBe((exitCode, code), run.ToString());
        return run;
    }
}
