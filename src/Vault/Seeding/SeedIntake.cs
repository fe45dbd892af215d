using Coffer.Contracts.Registration;
using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Format.Packs;
using Coffer.Vault.Opening;
using Coffer.Vault.Records;
using Coffer.Vault.Serving;

namespace Coffer.Vault.Seeding;

/// <summary>
/// Takes one seed as if its server sent it: through that server's own access, so that sessions, quota, turns, the check
/// of each pack and that of each point are the very ones of the network. A damaged pack is left and named: where a
/// point needs it, the point is not taken either, and the server's next backup sends only what is missing.
/// </summary>
internal sealed class SeedIntake(
    ServedVault vault, SeedFolder folder, string name, SeedManifest seed, ServerDescription server,
    SeedProgress progress)
{
    private bool _isSent;

    private MachineAccess Access => new(vault, server, isGrant: false);

    private OpenVault Opened => vault.Engine.Opened;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        int there = 0;
        foreach (var point in seed.Points)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (IsThere(point))
            {
                there++;
                progress.Point();
            }
            else if (Refusal(point) is { } refusal)
            {
                progress.Find(refusal);
            }
            else
            {
                await TakeAsync(point, cancellationToken);
            }
        }
        if (there == seed.Points.Count) progress.Packs(seed.Packs, seed.PackBytes);
    }

    private bool IsThere(SeedPoint point) =>
        Opened.Catalog.Points.Find(point.Id) is { } known && known.Source == point.Source;

    private Fault? Refusal(SeedPoint point)
    {
        // A session of a source ends the one before it: whoever backs up now goes first.
        if (vault.Sessions.IsOpen(server.Id, point.Source)) return SeedFaults.Backed(point.SourceLabel);
        long highest = Opened.Catalog.Machines.FindSource(point.Source)?.HighestSequence ?? 0;
        return point.Sequence <= highest ? SeedFaults.Older(point.SourceLabel, point.Sequence, highest) : null;
    }

    private async Task TakeAsync(SeedPoint point, CancellationToken cancellationToken)
    {
        if (await TryOpenAsync(point, cancellationToken) is not { } session) return;
        try
        {
            if (!_isSent) await TakePacksAsync(session, cancellationToken);
            _isSent = true;
            await CommitAsync(session, point, cancellationToken);
        }
        catch (FaultException e) when (e.Fault.Code is "vault.replaced" or "vault.session")
        {
            progress.Find(SeedFaults.Backed(point.SourceLabel)); // its server has begun to, and goes first
        }
        finally
        {
            await Access.CloseSessionAsync(session);
        }
    }

    // Protection that was stopped, say: that is about this source, and not about the others.
    private async Task<SessionId?> TryOpenAsync(SeedPoint point, CancellationToken cancellationToken)
    {
        var asked = new SessionRequest(
            server.Id, point.Source, point.SourceType, point.SourceLabel, point.Job ?? JobId.New());
        try
        {
            return (await Access.OpenSessionAsync(asked, cancellationToken)).Opening.Session;
        }
        catch (FaultException e) when (e.Fault.Kind == FaultKind.Refused)
        {
            progress.Find(e.Fault with { Message = $"{point.SourceLabel}: {e.Fault.Message}" });
            return null;
        }
    }

    private async Task TakePacksAsync(SessionId session, CancellationToken cancellationToken)
    {
        IReadOnlyList<ObjectId> packs;
        try
        {
            packs = folder.ReadPackList(seed);
        }
        catch (CorruptionException e)
        {
            throw new FaultException(SeedFaults.Damaged(SeedManifest.ListNameOf(seed.Keyspace), e.Message), e);
        }
        foreach (var pack in packs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await TakePackAsync(session, new PackName(seed.Keyspace, pack), cancellationToken);
        }
    }

    private async Task TakePackAsync(SessionId session, PackName pack, CancellationToken cancellationToken)
    {
        var index = Opened.Keyspace(seed.Keyspace).Packs;
        if (index.StateOf(pack.Hash) == PackState.Present)
        {
            progress.Pack(index.Find(pack.Hash)?.Length ?? 0, wasThere: true);
            return;
        }
        long length = 0;
        try
        {
            await using var body = folder.OpenPack(pack);
            length = body.PackLength;
            await Access.PutPackAsync(session, pack.Hash, body, body.Length, cancellationToken);
        }
        catch (CorruptionException e)
        {
            Leave(pack, e.Message, e);
        }
        catch (FaultException e) when (e.Fault.Code is "vault.pack" or "vault.repack")
        {
            Leave(pack, e.Fault.Message, e);
        }
        progress.Pack(length, wasThere: false);
    }

    private void Leave(PackName pack, string why, Exception e)
    {
        if (!folder.IsThere(name)) throw SeedFaults.Unreadable($"{folder.Path} is gone", e);
        progress.Find(SeedFaults.Pack($"{pack.Hash}", why));
    }

    private async Task CommitAsync(SessionId session, SeedPoint point, CancellationToken cancellationToken)
    {
        try
        {
            byte[] frame = folder.ReadPoint(seed, point);
            var answer = await Access.CommitAsync(
                session, frame, new CommitFacts(point.Sequence, point.AgentTime, point.Statistics), cancellationToken);
            if (answer.Point is not null) progress.Point();
            else Leave(point, $"{answer.Missing.Count} of the pieces that it needs are not there");
        }
        catch (CorruptionException e)
        {
            if (!folder.IsThere(name)) throw SeedFaults.Unreadable($"{folder.Path} is gone", e);
            Leave(point, e.Message);
        }
        catch (FaultException e) when (e.Fault.Kind == FaultKind.Refused)
        {
            Leave(point, e.Fault.Message);
        }
    }

    private void Leave(SeedPoint point, string why) => progress.Find(SeedFaults.Point(point.SourceLabel, why));
}
