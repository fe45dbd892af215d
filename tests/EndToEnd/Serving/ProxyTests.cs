using System.Net;

namespace Coffer.EndToEnd.Serving;

/// <summary>A machine that reaches its vault through a proxy only.</summary>
public sealed class ProxyTests : IDisposable
{
    private const string Secret = "correct horse battery staple", Password = "s3cret of the proxy";

    private readonly RunningVault _vault = new();
    private readonly Machine _machine = new();

    public void Dispose()
    {
        _machine.Dispose();
        _vault.Dispose();
    }

    [Fact]
    public void Machine_BehindAProxyWithAPassword_RegistersBacksUpAndRestoresThroughIt()
    {
        using var proxy = new ConnectProxy("office:" + Password);
        _machine.Write("a.txt", "through a proxy");
        Register(proxy.Address).ExitCode.ShouldBe(0);
        int registering = proxy.Tunnels;
        registering.ShouldBeGreaterThan(0);
        _machine.Json("protect", _machine.Data).ExitCode.ShouldBe(0);
        proxy.Tunnels.ShouldBeGreaterThan(registering);
        _machine.Json("restore", _machine.Data, "--to", _machine.At("out")).ExitCode.ShouldBe(0);
        File.ReadAllText(Path.Combine(_machine.At("out"), "data", "a.txt")).ShouldBe("through a proxy");
        string[] others = ["--credentials", _vault.Credentials, "--server", Environment.MachineName];
        int before = proxy.Tunnels;
        _machine.Json(["point", "list", "--passphrase-file", _machine.Passphrase, .. others]).ExitCode.ShouldBe(0);
        proxy.Tunnels.ShouldBeGreaterThan(before);
    }

    [Fact]
    public void Password_OfAProxy_LiesInTheHomeForItsOwnerAloneAndIsNeverTold()
    {
        using var proxy = new ConnectProxy("office:" + Password);
        var runs = new[] { Register(proxy.Address), _machine.Json("settings"), _machine.Coffer("settings") };
        runs.ShouldAllBe(run => run.ExitCode == 0 && !run.ToString().Contains(Password, StringComparison.Ordinal));
        runs[1].Result.GetProperty("proxyUser").GetString().ShouldBe("office");
        string kept = Path.Combine(_machine.Home, "secrets", "proxy-password");
        File.ReadAllText(kept).ShouldBe(Password);
        _machine.Start("stat", "-c", "%a", kept).Output.ShouldBe("600\n");
        Holding(Password).ShouldBe([kept]);
        _machine.Json("settings", "set", "proxy", "none").ExitCode.ShouldBe(0);
        Holding(Password).ShouldBeEmpty();
        _machine.Json("status").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void Environment_ThatNamesAProxy_IsNotFollowed()
    {
        using var proxy = new ConnectProxy();
        _vault.MakeCredentials();
        File.WriteAllText(_machine.Passphrase, Secret + "\n");
        var run = _machine.Shell(
            $"https_proxy={proxy.Address} HTTPS_PROXY={proxy.Address} ALL_PROXY={proxy.Address}"
            + $" $coffer register '{_vault.Credentials}' --passphrase-file '{_machine.Passphrase}'");
        run.ExitCode.ShouldBe(0, run.ToString());
        proxy.Tunnels.ShouldBe(0);
    }

    [Fact]
    public void Proxy_ThatChangedMeanwhile_IsToldByEachCommandAndSetAnew()
    {
        using var first = new ConnectProxy("office:" + Password);
        Register(first.Address).ExitCode.ShouldBe(0);
        first.Refusal = HttpStatusCode.Forbidden;
        _machine.Json("status").Code.ShouldBe("proxy.refused");
        using var second = new ConnectProxy("office:another");
        File.WriteAllText(_machine.At("proxy"), "another\n");
        Set(second.Address, "--user", "office").ExitCode.ShouldBe(0);
        _machine.Json("status").Code.ShouldBe("proxy.password");
        Set(second.Address, "--user", "office", "--password-file", _machine.At("proxy")).ExitCode.ShouldBe(0);
        _machine.Json("status").ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData("http://office:secret@127.0.0.1:3128")]
    [InlineData("https://127.0.0.1:3128")]
    [InlineData("socks5://127.0.0.1:1080")]
    [InlineData("http://127.0.0.1:3128/path")]
    [InlineData("http://127.0.0.1:99999")]
    public void Address_ThatIsNoProxys_IsRefusedAndAPasswordInItNotRepeated(string address)
    {
        var run = Set(address);
        (run.ExitCode, run.Code).ShouldBe((2, "proxy.address"));
        run.Output.ShouldNotContain("secret");
        _machine.Json("settings").Result.GetProperty("proxy").GetString().ShouldBeNull();
    }

    private Run Set(string address, params string[] more) =>
        _machine.Json(["settings", "set", "proxy", address, .. more]);

    private Run Register(string proxy)
    {
        _vault.MakeCredentials();
        File.WriteAllText(_machine.Passphrase, Secret + "\n");
        File.WriteAllText(_machine.At("proxy"), Password + "\n");
        var run = _machine.Json(
            "register", _vault.Credentials, "--passphrase-file", _machine.Passphrase, "--proxy", proxy,
            "--proxy-user", "office", "--proxy-password-file", _machine.At("proxy"));
        File.Delete(_machine.At("proxy"));
        return run;
    }

    private string[] Holding(string text) =>
        [.. Directory.EnumerateFiles(_machine.Home, "*", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file).Contains(text, StringComparison.Ordinal))];
}
