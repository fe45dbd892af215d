using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Coffer.EndToEnd.Serving;

/// <summary>
/// <c>coffer-vault serve</c> as a process, on loopback. COFFER_VAULT_UNDER_TEST names another build than the
/// checkout's.
/// </summary>
internal sealed class RunningVault : IDisposable
{
    private static readonly string s_command = Environment.GetEnvironmentVariable("COFFER_VAULT_UNDER_TEST")
        ?? Path.Combine(Machine.Root(), "coffer-vault");

    public static string Command => s_command;

    private readonly string[] _more;
    private readonly IPAddress _listen;
    private Process? _process;

    /// <param name="address">Where machines are told that it is; null: where it is.</param>
    /// <param name="data">Its folder; null: a new one.</param>
    /// <param name="listen">Of this machine; null: 127.0.0.1.</param>
    public RunningVault(Uri? address = null, string? data = null, IPAddress? listen = null)
    {
        _listen = listen ?? IPAddress.Loopback;
        using (var free = new TcpListener(_listen, 0))
        {
            free.Start();
            Port = ((IPEndPoint)free.LocalEndpoint).Port;
        }
        Data = data ?? Path.Combine(Folder, "data");
        _more = address is null ? [] : ["--address", address.ToString()];
        Start();
    }

    public int Port { get; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("coffer-vault-").FullName;

    public string Data { get; }

    /// <summary>So many days later than it is, when it is started the next time.</summary>
    public int DaysLater { get; set; }

    public string Credentials => Path.Combine(Folder, "office.vaultCredentials");

    public void Start()
    {
        string[] serve = ["serve", "--data", Data, "--listen", $"{new IPEndPoint(_listen, Port)}", .. _more];
        var (program, arguments) =
            DaysLater > 0 ? LaterClock.Of(DaysLater, "coffer-vault", serve) : (s_command, serve);
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        while (_process.StandardOutput.ReadLine() is { } line)
            if (line.Contains("credentials create", StringComparison.Ordinal)) return;
        Assert.Fail("the service ended before it was ready");
    }

    /// <summary>Makes the file that <see cref="Credentials"/> names.</summary>
    public void MakeCredentials()
    {
        using var made = Process.Start(s_command, ["credentials", "create", "--data", Data, "--output", Credentials]);
        made.WaitForExit();
        made.ExitCode.ShouldBe(0);
    }

    /// <summary>
    /// Does what a refusal says, as it stands: the command between its backquotes, which makes a PIN.
    /// </summary>
    /// <returns>A file with the PIN, on that machine.</returns>
    public string PinFor(Run refused, Machine machine)
    {
        refused.Code.ShouldBe("pin.needed", refused.ToString());
        refused.ExitCode.ShouldBe(4);
        string command = refused.Result.GetProperty("guidance").GetString()!.Split('`')[1];
        command.ShouldStartWith("coffer-vault pin create ");
        var made = machine.Start("/bin/sh", "-c",
            $"COFFER_VAULT_DATA='{Data}' exec '{Command}'{command["coffer-vault".Length..]} --json");
        made.ExitCode.ShouldBe(0, made.ToString());
        string file = machine.At($"pin-{Guid.NewGuid():N}");
        File.WriteAllText(file, made.Result.GetProperty("pin").GetString() + "\n");
        return file;
    }

    /// <summary>Packs that it has taken.</summary>
    public int Packs()
    {
        string packs = Path.Combine(Data, "store", "packs");
        return Directory.Exists(packs) ? Directory.GetFiles(packs, "*", SearchOption.AllDirectories).Length : 0;
    }

    /// <summary>It makes another when it is started the next time.</summary>
    public void DropCertificate() => File.Delete(Path.Combine(Data, "service", "certificate-and-key"));

    /// <summary>As a lost power would; its own process, as the launcher has become it.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    public void Dispose()
    {
        if (_process is not null) Kill();
        Directory.Delete(Folder, recursive: true);
    }
}
