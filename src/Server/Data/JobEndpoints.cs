using Coffer.Contracts.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Coffer.Server.Data;

/// <summary>What machines tell of their jobs, and how the vault is.</summary>
internal static class JobEndpoints
{
    private const int DefaultLimit = 100;

    public static void Map(IEndpointRouteBuilder vault)
    {
        vault.MapPut("/jobs/{job}", ReportAsync);
        vault.MapGet("/jobs", List);
        vault.MapGet("/status", ReadStatusAsync);
    }

    private static async Task ReportAsync(MachineRequest request, string job)
    {
        var report = await request.Http.ReadAsync(WireJson.Default.JobReport, DataLimits.JobBytes);
        if (report.Id.Value != Ids.Parse(job))
            throw new BadHttpRequestException($"job {job} is reported as {report.Id}");
        await request.Vault.ReportJobAsync(report, request.Aborted);
    }

    private static IResult List(MachineRequest request, int? limit) =>
        Bodies.Json([.. request.Vault.ListJobs(limit ?? DefaultLimit)], WireJson.Default.JobReportArray);

    private static async Task<IResult> ReadStatusAsync(MachineRequest request) =>
        Bodies.Json(await request.Vault.ReadStatusAsync(request.Aborted), WireJson.Default.VaultStatus);
}
