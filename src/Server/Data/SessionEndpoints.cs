using Coffer.Contracts.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Coffer.Server.Data;

/// <summary>Backup sessions: open, have, put, checkpoint, commit. Each may be sent twice.</summary>
internal static class SessionEndpoints
{
    public static void Map(IEndpointRouteBuilder vault)
    {
        vault.MapPost("/sessions", OpenAsync);
        var session = vault.MapGroup("/sessions/{session}");
        session.MapDelete("/", CloseAsync);
        session.MapGet("/lost", ListLostAsync);
        session.MapPost("/have", HaveAsync);
        session.MapPut("/packs/{pack}", PutPackAsync);
        session.MapPost("/checkpoint", StoreCheckpointAsync);
        session.MapPost("/commit", CommitAsync);
    }

    private static async Task<IResult> OpenAsync(MachineRequest request)
    {
        var asked = await request.Http.ReadAsync(WireJson.Default.SessionRequest, DataLimits.SmallBytes);
        return Bodies.Json(
            await request.Vault.OpenSessionAsync(asked, request.Aborted), WireJson.Default.OpenedSession);
    }

    private static Task CloseAsync(MachineRequest request, string session) =>
        request.Vault.CloseSessionAsync(Ids.Session(session));

    private static async Task<IResult> ListLostAsync(MachineRequest request, string session, string? after)
    {
        var lost = await request.Vault.ListLostAsync(
            Ids.Session(session), after is null ? null : Ids.Object(after), request.Aborted);
        return Bodies.Bytes(IdList.Encode([.. lost]));
    }

    private static async Task<IResult> HaveAsync(MachineRequest request, string session)
    {
        byte[] question = await request.Http.ReadAsync(DataLimits.QuestionBytes);
        var ids = Bodies.Parsed(() => IdList.Decode(question, "the request"));
        bool[] present = await request.Vault.HaveAsync(Ids.Session(session), ids, request.Aborted);
        return Bodies.Bytes(IdList.EncodeBits(present));
    }

    private static Task PutPackAsync(MachineRequest request, string session, string pack)
    {
        request.Http.Allow(DataLimits.PackBytes);
        var http = request.Http.Request;
        return request.Vault.PutPackAsync(
            Ids.Session(session), Ids.Object(pack), http.Body, http.ContentLength ?? DataLimits.PackBytes,
            request.Aborted);
    }

    private static async Task<IResult> StoreCheckpointAsync(MachineRequest request, string session)
    {
        var (facts, frame) = await ReadAsync(request, session);
        bool isStored = await request.Vault.StoreCheckpointAsync(
            Ids.Session(session), frame, facts, request.Aborted);
        return Bodies.Bytes(new[] { isStored ? (byte)1 : (byte)0 });
    }

    private static async Task<IResult> CommitAsync(MachineRequest request, string session)
    {
        var (facts, frame) = await ReadAsync(request, session);
        var answer = await request.Vault.CommitAsync(Ids.Session(session), frame, facts, request.Aborted);
        return Bodies.Bytes(JsonAndBytes.Encode(
            new CommitHead(answer.Point), WireJson.Default.CommitHead, IdList.Encode([.. answer.Missing])));
    }

    private static async Task<(Contracts.Sessions.CommitFacts, ReadOnlyMemory<byte>)> ReadAsync(
        MachineRequest request, string session)
    {
        request.Vault.RequireSession(Ids.Session(session));
        byte[] body = await request.Http.ReadAsync(DataLimits.CommitBytes);
        return Bodies.Parsed(() => JsonAndBytes.Decode(body, WireJson.Default.CommitFacts, "the request"));
    }
}
