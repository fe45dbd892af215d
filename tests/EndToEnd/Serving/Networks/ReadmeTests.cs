using System.Diagnostics;

namespace Coffer.EndToEnd.Serving.Networks;

/// <summary>
/// What README.md says of serving a vault, done word for word: a vault and two machines, each a host of its own, in
/// network namespaces that see each other by a cable only.
/// </summary>
public sealed class ReadmeTests : IDisposable
{
    private const string Credentials = "default.vaultCredentials";

    private readonly Machine _ann = new(), _bob = new(), _desk = new();
    private readonly List<IDisposable> _hosts = [];
    private Process? _service;

    public void Dispose()
    {
        if (_service is not null)
        {
            _service.Kill();
            _service.WaitForExit();
            _service.Dispose();
        }

        foreach (var host in _hosts) host.Dispose();
        _ann.Dispose();
        _bob.Dispose();
        _desk.Dispose();
    }

    [Fact]
    public void Section_ServeAVault_DoneAsWritten_BacksUpTwoMachinesAndRestoresOneOntoTheOther()
    {
        string[] lines = ReadmeCommands.Of("Serve a vault");
        lines.Select(line => line.Split(' ')[1]).ShouldBe(["serve", "register", "protect", "restore"]);
        var (vault, ann, bob) = (Host("vault-box", _desk), Host("ann-laptop", _ann), Host("bob-desktop", _bob));
        ann.Connect(vault, 1);
        bob.Connect(vault, 2);

        Serve(vault, lines[0]);
        foreach (var (host, machine) in new[] { (ann, _ann), (bob, _bob) })
        {
            machine.Write("docs/report.txt", $"of {host.HostName}");
            File.Copy(Path.Combine(vault.Folder, Credentials), Path.Combine(host.Folder, Credentials));
            Run(machine, host, lines[1]).ExitCode.ShouldBe(0);
            var run = Run(machine, host, lines[2]);
            run.ExitCode.ShouldBeOneOf(0, 3);
            run.Output.ShouldNotContain("error");
        }

        string made = Path.Combine(_ann.Home, "passphrase.txt"), wrong = Path.Combine(_bob.Home, "passphrase.txt");
        var without = Run(_bob, bob, lines[3]);
        (without.ExitCode, without.Errors.Contains("passphrase is needed", StringComparison.Ordinal))
            .ShouldBe((2, true), without.ToString());
        Run(_bob, bob, lines[3] + $" --passphrase-file {wrong}").ExitCode.ShouldBe(2);
        Directory.Exists(_bob.At("new")).ShouldBeFalse("nothing came back without the right passphrase");
        var restored = Run(_bob, bob, lines[3] + $" --passphrase-file {made}");
        restored.ExitCode.ShouldBe(0, restored.ToString());
        File.ReadAllText(Path.Combine(_bob.At("new"), "data", "docs/report.txt")).ShouldBe("of ann-laptop");

        // They are hosts of their own: whoever has no cable reaches nothing.
        var alone = Host("eve-phone", _desk, "eve-work");
        string[] command = alone.Command(
            Machine.Command, "register", Path.Combine(vault.Folder, Credentials), "--home", _desk.At("eve"), "--json");
        var cut = _desk.Start(command[0], command[1..]);
        cut.Code.ShouldBe("vault.unreachable");
    }

    private Namespace Host(string name, Machine machine, string folder = "work")
    {
        var host = Namespace.Make(name, machine.At(folder));
        _hosts.Add(host);
        return host;
    }

    private void Serve(Namespace host, string line)
    {
        string[] command = host.Command(Words(line, _desk));
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        _service = Process.Start(start)!;
        while (_service.StandardOutput.ReadLine() is { } told)
            if (told.Contains("coffer register", StringComparison.Ordinal)) return;
        Assert.Fail("the service ended before it was ready");
    }

    private Run Run(Machine machine, Namespace host, string line)
    {
        string[] command = host.Command(Words(line, machine));
        return machine.Start(command[0], command[1..]);
    }

    /// <summary>What a reader puts in for himself: where the checkout is, and his own folders.</summary>
    private string[] Words(string line, Machine machine) =>
    [
        .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word switch
        {
            "./coffer-vault" => RunningVault.Command,
            "./coffer" => Machine.Command,
            "FOLDER" => machine.Data,
            "/srv/coffer" => machine.At("srv"),
            "/home/ann" => _ann.Data,
            "/mnt/new" => machine.At("new"),
            _ => word,
        }),
    ];
}
