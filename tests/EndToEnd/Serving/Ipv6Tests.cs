using System.Net;
using System.Net.Sockets;

namespace Coffer.EndToEnd.Serving;

/// <summary>A vault that is served at an IPv6 address alone, known to its machines by that.</summary>
public sealed class Ipv6Tests
{
    [Fact]
    public void Machine_OverIpv6_RegistersBacksUpAndRestores()
    {
        Assert.SkipUnless(HasLoopback(), "this machine has no ::1");
        using var vault = new RunningVault(listen: IPAddress.IPv6Loopback);
        using var machine = new Machine();
        BackUpAndRestore(machine, vault);
        machine.Json("status").Result.GetProperty("vault").GetString().ShouldBe($"https://[::1]:{vault.Port}/");
        machine.Coffer("doctor").ExitCode.ShouldBeOneOf(0, 3);
        vault.Kill();
        var away = machine.Json("status");
        (away.ExitCode, away.Code).ShouldBe((3, "vault.unreachable"));
        vault.Start();
        machine.Json("status").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void Machine_BehindAProxyAtAnIpv6Address_RegistersBacksUpAndRestoresThroughIt()
    {
        Assert.SkipUnless(HasLoopback(), "this machine has no ::1");
        using var vault = new RunningVault(listen: IPAddress.IPv6Loopback);
        using var proxy = new ConnectProxy(listen: IPAddress.IPv6Loopback);
        using var machine = new Machine();
        proxy.Address.ShouldStartWith("http://[::1]:");
        BackUpAndRestore(machine, vault, "--proxy", proxy.Address);
        proxy.Tunnels.ShouldBeGreaterThan(2);
        var settings = machine.Json("settings", "set", "proxy", proxy.Address["http://".Length..]);
        settings.Result.GetProperty("proxy").GetString().ShouldBe(proxy.Address + "/");
        machine.Json("status").ExitCode.ShouldBe(0);
    }

    private static void BackUpAndRestore(Machine machine, RunningVault vault, params string[] more)
    {
        machine.Write("a.txt", "over IPv6");
        vault.MakeCredentials();
        File.WriteAllText(machine.Passphrase, "correct horse battery staple\n");
        var registered = machine.Json(
            ["register", vault.Credentials, "--passphrase-file", machine.Passphrase, .. more]);
        registered.ExitCode.ShouldBe(0, registered.ToString());
        var backup = machine.Json("protect", machine.Data);
        backup.ExitCode.ShouldBe(0, backup.ToString());
        var restored = machine.Json("restore", machine.Data, "--to", machine.At("out"));
        restored.ExitCode.ShouldBe(0, restored.ToString());
        File.ReadAllText(Path.Combine(machine.At("out"), "data", "a.txt")).ShouldBe("over IPv6");
    }

    private static bool HasLoopback()
    {
        try
        {
            using var listener = new TcpListener(IPAddress.IPv6Loopback, 0);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
