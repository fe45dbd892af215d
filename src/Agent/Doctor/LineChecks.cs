using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Coffer.Contracts.Http;
using Coffer.Contracts.Http.Connecting;
using Coffer.Contracts.Wire;
using Coffer.Domain;

namespace Coffer.Agent.Doctor;

/// <summary>
/// The way to a served vault, from near to far: names, proxy, answer, certificate, clock. One greeting serves the last
/// three; those that lack it say so, rather than tell the same fault again.
/// </summary>
/// <param name="isProxyInEnvironment">The environment names a proxy; it is not used.</param>
public sealed class LineChecks(
    ServiceAddress service, VaultProxy? proxy, bool isProxyInEnvironment, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Under the time of a check, so that the next one does not wait for the same.</summary>
    private static readonly TimeSpan s_greetingTime = Examination.CheckTime - TimeSpan.FromMilliseconds(500);

    /// <summary>As the vault's: beyond it no sign-in is taken.</summary>
    private static readonly TimeSpan s_clockTolerance = TimeSpan.FromMinutes(10);

    /// <summary>No clock that is kept by the network is so far off.</summary>
    private static readonly TimeSpan s_clockWarning = TimeSpan.FromMinutes(1);

    /// <summary>Where a certificate counts by its date: time to renew it.</summary>
    private static readonly TimeSpan s_certificateWarning = TimeSpan.FromDays(14);

    private readonly RemoteVault _vault = new(new RemoteVaultOptions
    {
        Service = service,
        Proxy = proxy,
        Patience = TimeSpan.Zero,
        Time = time,
    });

    private Task<Greeted>? _greeting;

    public IEnumerable<Check> All =>
    [
        new("name", LookUpAsync),
        new("proxy", TryProxyAsync),
        new("address", AnswerAsync),
        new("certificate", CertificateAsync),
        new("clock", ClockAsync),
    ];

    public ValueTask DisposeAsync() => _vault.DisposeAsync();

    private async Task<CheckResult> LookUpAsync(CancellationToken cancellationToken)
    {
        // Behind a proxy it is the proxy that looks the vault's name up.
        string host = (proxy?.Address ?? service.Address).DnsSafeHost;
        string of = proxy is null ? "" : " (the proxy)";
        if (IPAddress.TryParse(host, out _)) return CheckResult.Good($"{host}{of} is an address; no name is looked up");
        try
        {
            var found = await Dns.GetHostAddressesAsync(host, cancellationToken);
            return CheckResult.Good($"{host}{of} is {string.Join(", ", found.Take(4).Select(one => one.ToString()))}");
        }
        catch (SocketException e)
        {
            return CheckResult.Failed("dns.unknown", $"{host}{of} is not known: {e.Message}",
                "Check the name, /etc/hosts and /etc/resolv.conf; or give the vault an address with `--address`.");
        }
    }

    private async Task<CheckResult> TryProxyAsync(CancellationToken cancellationToken)
    {
        if (proxy is null)
            return isProxyInEnvironment
                ? CheckResult.Note("none is set; the one that the environment names is not used")
                : CheckResult.Good("none: straight to the vault");
        using var line = new TcpClient();
        try
        {
            await line.ConnectAsync(proxy.Address.DnsSafeHost, proxy.Address.Port, cancellationToken);
            return CheckResult.Good($"{proxy} answers{(proxy.User is null ? "" : $"; user {proxy.User}")}");
        }
        catch (SocketException e)
        {
            return CheckResult.Failed("proxy.unreachable", $"{proxy} does not answer: {e.Message}",
                "Check its name and port; `coffer settings set proxy` changes it.");
        }
    }

    private async Task<CheckResult> AnswerAsync(CancellationToken cancellationToken)
    {
        var greeted = await GreetedAsync();
        cancellationToken.ThrowIfCancellationRequested();
        string through = proxy is null ? "" : $" through {proxy}";
        if (greeted.Fault is { Code: "vault.certificate" })
            return CheckResult.Good($"something answers at {service.Address}{through}");
        if (greeted.Fault is { } fault) return CheckResult.Failed(fault);
        string took = string.Create(CultureInfo.InvariantCulture, $"{greeted.Took.TotalMilliseconds:0} ms");
        return greeted.Greeting!.Id == service.Vault
            ? CheckResult.Good($"the vault {greeted.Greeting.Name} answers at {service.Address}{through}, in {took}")
            : CheckResult.Failed("vault.other", $"another vault answers at {service.Address}",
                "Get a new credentials file from its administrator and give it to `coffer register`.");
    }

    private async Task<CheckResult> CertificateAsync(CancellationToken cancellationToken)
    {
        var greeted = await GreetedAsync();
        cancellationToken.ThrowIfCancellationRequested();
        if (greeted.Fault is { Code: "vault.certificate" } fault) return CheckResult.Failed(fault);
        if (_vault.Certificate is not { } shown) return CheckResult.Skipped("no vault answers");
        string until = string.Create(CultureInfo.InvariantCulture, $"{shown.NotAfter.UtcDateTime:yyyy-MM-dd}");
        var left = shown.NotAfter - time.GetUtcNow();
        if (service.Pin is not null)
            return CheckResult.Good($"the vault's own key, SHA-256 {Convert.ToHexStringLower(shown.Pin)}; its date,"
                + $" {until}, does not count");
        return left < s_certificateWarning
            ? CheckResult.Warning("vault.certificate", $"it ends on {until}", "Have it renewed on the vault.")
            : CheckResult.Good($"trusted by this system, until {until}");
    }

    private async Task<CheckResult> ClockAsync(CancellationToken cancellationToken)
    {
        var greeted = await GreetedAsync();
        cancellationToken.ThrowIfCancellationRequested();
        if (greeted.Greeting is null) return CheckResult.Skipped("no vault answers");
        string off = string.Create(CultureInfo.InvariantCulture, $"{greeted.ClockOff.Duration().TotalSeconds:0.0} s");
        string found = $"{off} {(greeted.ClockOff > TimeSpan.Zero ? "ahead of" : "behind")} the vault's";
        const string cure = "Set the right time on both; a time service keeps it right.";
        if (greeted.ClockOff.Duration() > s_clockTolerance) return CheckResult.Failed("machine.clock", found, cure);
        return greeted.ClockOff.Duration() > s_clockWarning
            ? CheckResult.Warning("machine.clock", found, cure)
            : CheckResult.Good(found);
    }

    private Task<Greeted> GreetedAsync() => _greeting ??= GreetAsync();

    private async Task<Greeted> GreetAsync()
    {
        using var late = new CancellationTokenSource(s_greetingTime, time);
        long begun = time.GetTimestamp();
        try
        {
            var greeting = await _vault.GreetAsync(late.Token);
            var took = time.GetElapsedTime(begun);
            // The vault looked at its clock about halfway.
            return new Greeted(greeting, null, took, time.GetUtcNow() - took / 2 - greeting.Time);
        }
        catch (FaultException e)
        {
            return new Greeted(null, e.Fault, default, default);
        }
        catch (OperationCanceledException)
        {
            return new Greeted(
                null, HttpSilence(), default, default);
        }
    }

    private Fault HttpSilence() => new(
        "vault.unreachable", FaultKind.Failed,
        $"Nobody answers at {service.Address} within {s_greetingTime.TotalSeconds:0} s.",
        "Check that the service runs there, and that name, port and firewall are right.");

    /// <param name="ClockOff">This machine's clock less the vault's.</param>
    private sealed record Greeted(VaultGreeting? Greeting, Fault? Fault, TimeSpan Took, TimeSpan ClockOff);
}
