using System.Buffers.Binary;
using Coffer.Contracts.Points;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Format;
using Coffer.Format.Frames;

namespace Coffer.Contracts.Http;

/// <summary>Reads a keyspace over the network, frame by frame; several may be on their way at once.</summary>
/// <remarks>
/// A service that is started anew has forgotten its readers: then another one is opened, and the question asked again.
/// </remarks>
/// <param name="open">Opens another reader of the same keyspace.</param>
internal sealed class RemoteReader(
    VaultConnection connection, Id128 reader, Func<CancellationToken, Task<Id128>> open) : IFrameReader
{
    private const string NoCopy = "frame.none", Damaged = "frame.damaged", Ended = "vault.reader";

    private readonly Reopening<Id128> _reader = new(reader, Ended, open);

    public async ValueTask<bool> ReadAsync(
        ObjectId id, int copy, FrameBuffer frame, CancellationToken cancellationToken)
    {
        byte[]? body = await AskAsync("frames", id, copy, Limits.MaxFrameBytes, cancellationToken);
        body?.CopyTo(frame.Take(body.Length));
        return body is not null;
    }

    public async ValueTask<bool> LookAsync(ObjectId id, int copy, CancellationToken cancellationToken) =>
        await AskAsync("looks", id, copy, HttpLimits.ShortAnswerBytes, cancellationToken) is not null;

    public Task ReportDamageAsync(ObjectId id, int copy, string reason, CancellationToken cancellationToken) =>
        _reader.CallAsync(
            async (own, cancel) =>
            {
                await connection.SendAsync(
                    HttpMethod.Post, $"{DataRoutes.Reader(own)}/damage", new DamageNotice(id, copy, reason),
                    WireJson.Default.DamageNotice, cancel);
                return true;
            },
            cancellationToken);

    public Task<byte[]> ReadPointAsync(ObjectId point, CancellationToken cancellationToken) => _reader.CallAsync(
        (own, cancel) => connection.SendAsync(
            HttpMethod.Get, $"{DataRoutes.Reader(own)}/points/{point}", null, Limits.MaxFrameBytes, cancel),
        cancellationToken);

    // Where it does not get through, the vault ends a reader by itself that gives no sign of life.
    public ValueTask DisposeAsync()
    {
        connection.Leave(DataRoutes.Reader(_reader.Current));
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
            return await _reader.CallAsync(
                (own, cancel) => connection.SendAsync(
                    HttpMethod.Post, $"{DataRoutes.Reader(own)}/{what}", () => new ByteArrayContent(question), maxBytes,
                    cancel),
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
