using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Certificates;

/// <summary><c>coffer-vault certificate …</c>: the key by which machines know the service, and the next one.</summary>
internal sealed class CertificateCommand : ServiceCommand
{
    private readonly Func<ParseResult, (HttpMethod Method, string Path, CertificateAnnouncement? Body)> _ask;

    private CertificateCommand(
        string name, string description,
        Func<ParseResult, (HttpMethod Method, string Path, CertificateAnnouncement? Body)> ask,
        params string[] examples)
        : base(name, description, examples)
    {
        _ask = ask;
        Options.Add(Json);
    }

    public static Command Noun() => new CertificateCommand(
        "certificate", "The service's certificate, and the next one", _ => (HttpMethod.Get, "certificate", null),
        "coffer-vault certificate --data /srv/vault")
    {
        new CertificateCommand("show", "Show the certificate, and whether the next one is announced",
            _ => (HttpMethod.Get, "certificate", null), "coffer-vault certificate show --data /srv/vault"),
        Renew(),
        Announce(),
        new CertificateCommand("cancel", "Take an announcement back",
            _ => (HttpMethod.Delete, "certificate/next", null), "coffer-vault certificate cancel --data /srv/vault"),
    };

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (method, path, message) = _ask(parsed);
        using var client = new ConsoleClient(DataOf(parsed));
        var report = new Report(parsed.GetValue(Json));
        using var body = message is null ? null : BodyOf(message);
        var status = await client.AskAsync(
            method, $"{ConsoleEndpoints.Root[1..]}/{path}", body, ManagementJson.Default.CertificateStatus,
            cancellationToken);
        report.Line($"Key         SHA-256 {status.Pin}");
        report.Line($"Valid       until {status.NotAfter:yyyy-MM-dd}; machines go by the key, not by this date");
        report.Line(status.NextPin is null
            ? "Next        none is announced"
            : $"Next        SHA-256 {status.NextPin}, from {Words.Time(status.NextFrom!.Value)} on");
        if (status is { NextPin: not null, IsMadeHere: false })
            report.Line("            Put it in place of the present one then; the service takes it within a minute.");
        return report.Done(status, ManagementJson.Default.CertificateStatus);
    }

    private static CertificateCommand Renew()
    {
        var days = Days();
        return new CertificateCommand(
            "renew", "Make the next certificate, and announce it to machines until it is used",
            parsed => (HttpMethod.Post, "certificate/next", new CertificateAnnouncement(parsed.GetValue(days))),
            "coffer-vault certificate renew --data /srv/vault",
            "coffer-vault certificate renew --in 10 --data /srv/vault")
        {
            days,
        };
    }

    private static CertificateCommand Announce()
    {
        var days = Days();
        var file = new Argument<string>("FILE") { Description = "The next certificate, or its public key; PEM" };
        return new CertificateCommand("announce", "Announce the next one of your own certificates to machines",
            parsed => (HttpMethod.Post, "certificate/next",
                new CertificateAnnouncement(parsed.GetValue(days), CertificateKey.PinOf(parsed.GetValue(file)!))),
            "coffer-vault certificate announce next.pem --in 30 --data /srv/vault")
        {
            file, days,
        };
    }

    private static Option<int> Days() => new("--in")
    {
        Description = "Days until it takes effect, 1 to 90; machines that are away for longer need a new file",
        HelpName = "DAYS",
        DefaultValueFactory = _ => (int)NextPin.Usual.TotalDays,
    };

    private static ByteArrayContent BodyOf(CertificateAnnouncement message)
    {
        var body = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(
            message, ManagementJson.Default.CertificateAnnouncement));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return body;
    }
}
