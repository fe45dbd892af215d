using Coffer.Contracts.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Coffer.Server.Data;

/// <summary>The wrapped keys of a machine's own keyspace.</summary>
internal static class EnvelopeEndpoints
{
    public static void Map(IEndpointRouteBuilder vault)
    {
        var envelopes = vault.MapGroup("/keyspaces/{keyspace}/envelopes");
        envelopes.MapGet("/", ReadActiveAsync);
        envelopes.MapPost("/", StoreAsync);
        envelopes.MapGet("/{kind}/{number}", ReadAsync);
        envelopes.MapPost("/{kind}/{number}/activate", ActivateAsync);
    }

    private static async Task<IResult> ReadActiveAsync(MachineRequest request, string keyspace)
    {
        byte[][] active = [.. await request.Vault.ReadEnvelopesAsync(Ids.Keyspace(keyspace), request.Aborted)];
        return Bodies.Json(active, WireJson.Default.ByteArrayArray);
    }

    private static async Task StoreAsync(MachineRequest request, string keyspace)
    {
        byte[] envelope = await request.Http.ReadAsync(WireJson.Default.ByteArray, DataLimits.SmallBytes);
        await request.Vault.StoreEnvelopeAsync(Ids.Keyspace(keyspace), envelope, request.Aborted);
    }

    private static async Task<IResult> ReadAsync(MachineRequest request, string keyspace, byte kind, uint number) =>
        Bodies.Json(
            await request.Vault.ReadEnvelopeAsync(
                Ids.Keyspace(keyspace), kind, number, request.Pin, request.Aborted),
            WireJson.Default.ByteArray);

    private static Task ActivateAsync(MachineRequest request, string keyspace, byte kind, uint number) =>
        request.Vault.ActivateEnvelopeAsync(Ids.Keyspace(keyspace), kind, number, request.Pin, request.Aborted);
}
