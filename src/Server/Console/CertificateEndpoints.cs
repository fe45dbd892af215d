using Coffer.Contracts.Management;
using Coffer.Server.Data;
using Coffer.Server.Hosting;
using Coffer.Server.Hosting.Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Coffer.Server.Console;

/// <summary>The service's certificate, which is that of all its vaults: at the console alone.</summary>
internal static class CertificateEndpoints
{
    public static void Map(IEndpointRouteBuilder console)
    {
        console.MapGet("/certificate", (ServiceCertificates certificates) => Told(certificates.Show()));
        console.MapPost("/certificate/next", AnnounceAsync);
        console.MapDelete("/certificate/next", Cancel);
    }

    private static async Task<IResult> AnnounceAsync(
        HttpContext http, ServiceCertificates certificates, ServedVaults vaults)
    {
        var asked = await http.ReadAsync(ManagementJson.Default.CertificateAnnouncement, DataLimits.SmallBytes);
        var announced = certificates.Announce(asked);
        vaults.Each(vault => vault.NoteCertificate("console", "certificate.announce", announced.NextPin!));
        return Told(announced);
    }

    private static IResult Cancel(ServiceCertificates certificates, ServedVaults vaults)
    {
        string? next = certificates.Show().NextPin;
        var after = certificates.Cancel();
        if (next is not null) vaults.Each(vault => vault.NoteCertificate("console", "certificate.cancel", next));
        return Told(after);
    }

    private static IResult Told(CertificateStatus status) =>
        Bodies.Json(status, ManagementJson.Default.CertificateStatus);
}
