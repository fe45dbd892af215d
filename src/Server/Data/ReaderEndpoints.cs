using System.Buffers.Binary;
using Coffer.Contracts.Points;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Format.Frames;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Coffer.Server.Data;

/// <summary>Points and what lies below them, for restores.</summary>
internal static class ReaderEndpoints
{
    public static void Map(IEndpointRouteBuilder vault)
    {
        vault.MapGet("/points", ListPointsAsync);
        vault.MapPost("/readers", OpenAsync);
        var reader = vault.MapGroup("/readers/{reader}");
        reader.MapDelete("/", CloseAsync);
        reader.MapPost("/frames", ReadFrameAsync);
        reader.MapPost("/looks", LookAsync);
        reader.MapPost("/damage", ReportDamageAsync);
        reader.MapGet("/points/{point}", ReadPointAsync);
    }

    private static async Task<IResult> ListPointsAsync(
        MachineRequest request, string? machine, string? source, string? keyspace)
    {
        var filter = new PointFilter(
            machine is null ? null : Ids.Machine(machine), source is null ? null : Ids.Source(source),
            keyspace is null ? null : Ids.Keyspace(keyspace));
        PointDescription[] points = [.. await request.Vault.ListPointsAsync(filter, request.Aborted)];
        return Bodies.Json(points, WireJson.Default.PointDescriptionArray);
    }

    private static async Task<IResult> OpenAsync(MachineRequest request)
    {
        var keyspace = await request.Http.ReadAsync(WireJson.Default.KeyspaceId, DataLimits.SmallBytes);
        return Bodies.Json(request.Vault.OpenReader(keyspace), WireJson.Default.OpenedReader);
    }

    private static Task CloseAsync(MachineRequest request, string reader) =>
        request.Vault.CloseReaderAsync(Ids.Parse(reader));

    private static async Task ReadFrameAsync(MachineRequest request, string reader)
    {
        var (id, copy) = await ReadQuestionAsync(request);
        using var frame = new FrameBuffer();
        await request.Vault.ReadFrameAsync(Ids.Parse(reader), id, copy, frame, request.Aborted);
        var response = request.Http.Response;
        response.ContentLength = frame.Span.Length;
        // Copied: what is native memory cannot be given to the framework for as long as it likes.
        frame.Span.CopyTo(response.BodyWriter.GetSpan(frame.Span.Length));
        response.BodyWriter.Advance(frame.Span.Length);
        await response.BodyWriter.FlushAsync(request.Aborted);
    }

    private static async Task LookAsync(MachineRequest request, string reader)
    {
        var (id, copy) = await ReadQuestionAsync(request);
        await request.Vault.LookAsync(Ids.Parse(reader), id, copy, request.Aborted);
    }

    private static async Task ReportDamageAsync(MachineRequest request, string reader)
    {
        var notice = await request.Http.ReadAsync(WireJson.Default.DamageNotice, DataLimits.SmallBytes);
        await request.Vault.ReportDamageAsync(Ids.Parse(reader), notice, request.Aborted);
    }

    private static async Task<IResult> ReadPointAsync(MachineRequest request, string reader, string point) =>
        Bodies.Bytes(await request.Vault.ReadPointAsync(Ids.Parse(reader), Ids.Object(point), request.Aborted));

    private static async Task<(ObjectId Id, int Copy)> ReadQuestionAsync(MachineRequest request)
    {
        byte[] body = await request.Http.ReadAsync(DataLimits.SmallBytes);
        return body.Length == ObjectId.Size + sizeof(int)
            ? (new ObjectId(body.AsSpan(0, ObjectId.Size)),
                BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(ObjectId.Size)))
            : throw new BadHttpRequestException($"an id and a number were expected, and {body.Length} bytes came");
    }
}
