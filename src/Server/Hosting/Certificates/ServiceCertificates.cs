using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Vault.Serving;

namespace Coffer.Server.Hosting.Certificates;

/// <summary>
/// The certificate that the service shows, and the one after it. The next is announced to machines as they sign in;
/// at its time new connections get it, and those that are open go on. Durable in this order: the next certificate, then
/// the plan that announces it; the certificate in use, then the plan that says so. Who dies in between finds by the key
/// in use which of the two was reached.
/// </summary>
internal sealed class ServiceCertificates
{
    /// <summary>Announced by itself so long before its certificate ends, so that it is in use when that does.</summary>
    private static readonly TimeSpan s_renewal = NextPin.Usual + TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly CertificateFiles _files;
    private readonly TimeProvider _time;
    private X509Certificate2 _current;
    private CertificatePlan _plan;
    private volatile SslStreamCertificateContext _shown;

    private ServiceCertificates(CertificateFiles files, TimeProvider time)
    {
        (_files, _time) = (files, time);
        _current = files.ReadOrMake(time);
        byte[] pin = CertificateFiles.PinOf(_current);
        _plan = Settled(files.ReadPlan(), pin, time.GetUtcNow());
        Pins = new ServicePins(pin);
        _shown = ContextOf(_current);
        Keep(_plan);
    }

    public ServicePins Pins { get; }

    /// <exception cref="FaultException"><c>service.certificate</c>.</exception>
    public static ServiceCertificates Open(
        ServiceFolder folder, (string Certificate, string Key)? given, TimeProvider time) =>
        new(new CertificateFiles(folder.Folder, given), time);

    /// <summary>For a connection that begins now.</summary>
    public SslServerAuthenticationOptions Options() => new()
    {
        ServerCertificateContext = _shown,
        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
    };

    public CertificateStatus Show()
    {
        lock (_lock)
            return new CertificateStatus(
                Convert.ToHexStringLower(_plan.Current), new DateTimeOffset(_current.NotBefore),
                new DateTimeOffset(_current.NotAfter), !_files.IsGiven,
                _plan.Next is { } next ? Convert.ToHexStringLower(next.Pin) : null, _plan.Next?.From);
    }

    /// <summary>Announces the next one, in place of any that was announced.</summary>
    /// <exception cref="FaultException"><c>certificate.days</c>, <c>certificate.given</c>, <c>certificate.made</c>,
    /// <c>certificate.same</c>.</exception>
    public CertificateStatus Announce(CertificateAnnouncement asked)
    {
        RequireRight(asked);
        lock (_lock)
        {
            byte[] pin = asked.Pin ?? _files.MakeNext(_time);
            if (pin.AsSpan().SequenceEqual(_plan.Current))
                throw FaultException.Usage("certificate.same", "That is the key in use.",
                    "A certificate with the same key needs no announcement.");
            Keep(_plan with { Next = new NextPin(pin, _time.GetUtcNow() + TimeSpan.FromDays(asked.Days)) });
        }
        return Show();
    }

    /// <summary>Takes an announcement back; machines forget it when they sign in the next time.</summary>
    public CertificateStatus Cancel()
    {
        lock (_lock)
        {
            Keep(_plan with { Next = null });
            _files.DropNext();
        }
        return Show();
    }

    /// <summary>
    /// Changes over where that is due, and announces by itself where the service's own certificate is about to end.
    /// </summary>
    /// <returns>What was done, as the audit log has it; null: nothing.</returns>
    public string? Look()
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            if (_plan.Next is { } next) return now >= next.From && TryChange(next, now) ? "certificate.change" : null;
            bool isEnding = !_files.IsGiven && new DateTimeOffset(_current.NotAfter) - now < s_renewal;
            if (!isEnding) return null;
            Keep(_plan with { Next = new NextPin(_files.MakeNext(_time), now + NextPin.Usual) });
            return "certificate.announce";
        }
    }

    // Where somebody's own certificate is not there yet, or the next one was lost, the old one stays in use.
    private bool TryChange(NextPin next, DateTimeOffset now)
    {
        if (_files.TakeNext(next.Pin) is not { } certificate) return false;
        _current = certificate; // the one before is not disposed of: handshakes may be at it
        _shown = ContextOf(certificate);
        Keep(_plan.Changed(now));
        _files.DropNext();
        return true;
    }

    private void Keep(CertificatePlan plan)
    {
        _files.WritePlan(plan);
        _plan = plan;
        Pins.Set(plan.Current, plan.Next, plan.Previous, plan.PreviousUntil);
    }

    private void RequireRight(CertificateAnnouncement asked)
    {
        if (asked.Days < 1 || asked.Days > NextPin.Longest.TotalDays)
            throw FaultException.Usage("certificate.days", $"{asked.Days} days are too few or too many.",
                $"Machines take an announcement 1 to {NextPin.Longest.TotalDays:0} days ahead.");
        if (asked.Pin is null && _files.IsGiven)
            throw FaultException.Usage("certificate.given", "The service shows a certificate that somebody gave it.",
                "`coffer-vault certificate announce FILE`, with the next one.");
        if (asked.Pin is not null && (!_files.IsGiven || asked.Pin.Length != NextPin.PinSize))
            throw FaultException.Usage("certificate.made", "The service makes its certificates itself.",
                "`coffer-vault certificate renew`; or serve with --certificate.");
    }

    // A key that nobody announced was put in place by hand: what was known of others does not hold any more.
    private static CertificatePlan Settled(CertificatePlan? plan, byte[] pin, DateTimeOffset now) => plan switch
    {
        null => new CertificatePlan(pin),
        _ when pin.AsSpan().SequenceEqual(plan.Current) => plan,
        { Next: { } next } when pin.AsSpan().SequenceEqual(next.Pin) => plan.Changed(now),
        _ => new CertificatePlan(pin),
    };

    private static SslStreamCertificateContext ContextOf(X509Certificate2 certificate) =>
        SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
}
