using System.Buffers.Binary;
using Coffer.Contracts.Points;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Format;
using Coffer.Format.Frames;

namespace Coffer.Contracts.Http;

/// <summary>Reads a keyspace over the network, frame by frame; several may be on their way at once.</summary>
internal sealed class RemoteReader(VaultConnection connection, Id128 reader) : IFrameReader
{
    private const string NoCopy = "frame.none", Damaged = "frame.damaged";

    public async ValueTask<bool> ReadAsync(
        ObjectId id, int copy, FrameBuffer frame, CancellationToken cancellationToken)
    {
        byte[]? body = await AskAsync("frames", id, copy, Limits.MaxFrameBytes, cancellationToken);
        body?.CopyTo(frame.Take(body.Length));
        return body is not null;
    }

    public async ValueTask<bool> LookAsync(ObjectId id, int copy, CancellationToken cancellationToken) =>
        await AskAsync("looks", id, copy, Limits.MaxFrameBytes, cancellationToken) is not null;

    public Task ReportDamageAsync(ObjectId id, int copy, string reason, CancellationToken cancellationToken) =>
        connection.SendAsync(
            HttpMethod.Post, $"{DataRoutes.Reader(reader)}/damage", new DamageNotice(id, copy, reason),
            WireJson.Default.DamageNotice, cancellationToken);

    public Task<byte[]> ReadPointAsync(ObjectId point, CancellationToken cancellationToken) => connection.SendAsync(
        HttpMethod.Get, $"{DataRoutes.Reader(reader)}/points/{point}", null, Limits.MaxFrameBytes, cancellationToken);

    // Where it does not get through, the vault ends a reader by itself that gives no sign of life.
    public ValueTask DisposeAsync()
    {
        connection.Leave(DataRoutes.Reader(reader));
        return ValueTask.CompletedTask;
    }

    private async Task<byte[]?> AskAsync(
        string what, ObjectId id, int copy, int maxBytes, CancellationToken cancellationToken)
    {
        var question = new byte[ObjectId.Size + sizeof(int)];
        id.CopyTo(question);
        BinaryPrimitives.WriteInt32LittleEndian(question.AsSpan(ObjectId.Size), copy);
        try
        {
            return await connection.SendAsync(
                HttpMethod.Post, $"{DataRoutes.Reader(reader)}/{what}", () => new ByteArrayContent(question), maxBytes,
                cancellationToken);
        }
        catch (FaultException e) when (e.Fault.Code == NoCopy)
        {
            return null;
        }
        catch (FaultException e) when (e.Fault.Code == Damaged)
        {
            throw new CorruptionException($"copy {copy} of {id}", "a sound copy in the vault", e.Fault.Message, e);
        }
    }
}
