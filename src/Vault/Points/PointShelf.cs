using Coffer.Domain;
using Coffer.Domain.Protection;
using Coffer.Format.Frames;
using Coffer.Format.Points;
using Coffer.Storage;
using Coffer.Vault.Catalogs;
using Coffer.Vault.Collecting;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Opening;
using Coffer.Vault.Protection;
using Coffer.Vault.Records;
using Coffer.Vault.Timekeeping;

namespace Coffer.Vault.Points;

/// <summary>
/// What becomes of committed points: deleted softly, brought back, held, expired, purged. Each change is a durable
/// record before it is a row, and a purged point leaves its tombstone first. Time is the vault's own; while that is in
/// doubt nothing expires and nothing is purged.
/// </summary>
internal sealed class PointShelf(OpenVault vault)
{
    /// <summary>Takes a point from sight; it is restorable until it is purged.</summary>
    /// <param name="keptFor">How long it stays at least.</param>
    /// <exception cref="FaultException"><c>point.held</c>, <c>vault.point</c>.</exception>
    public void Delete(ObjectId point, TimeSpan keptFor)
    {
        lock (vault.PointTurn)
        {
            var state = StateOf(point);
            if (state.IsHeld) throw VaultFaults.Held(point);
            if (!state.IsDeleted) Put(state with { IsDeleted = true, PurgeAfter = vault.Now + keptFor });
        }
    }

    /// <summary>Brings a deleted point back. All below it is walked again and lifted before it counts.</summary>
    public void Undelete(ObjectId point)
    {
        lock (vault.PointTurn)
        {
            var state = StateOf(point);
            if (!state.IsDeleted) return;
            Lift(point);
            Put(state with { IsDeleted = false, PurgeAfter = null, ExpiresAt = null });
        }
    }

    /// <summary>A held point is neither deleted nor expired nor purged, until it is released.</summary>
    public void Hold(ObjectId point)
    {
        lock (vault.PointTurn)
        {
            var state = StateOf(point);
            if (state.IsHeld) return;
            Lift(point);
            Put(state with { IsHeld = true });
        }
    }

    public void Release(ObjectId point)
    {
        lock (vault.PointTurn)
        {
            var state = StateOf(point);
            if (state.IsHeld) Put(state with { IsHeld = false });
        }
    }

    /// <summary>Keeps a point until a time, whatever the policy says; a policy may keep it for longer.</summary>
    /// <param name="time">Null: as the policy says.</param>
    public void ExpireAt(ObjectId point, DateTimeOffset? time)
    {
        lock (vault.PointTurn)
        {
            Put(StateOf(point) with { ExpiresAt = time });
            new PointRetention(vault).Settle(vault.Catalog.Points.Find(point)!.Source);
        }
    }

    /// <summary>Keeps a point at least until a time, on top of what policy and person say; never for less.</summary>
    /// <exception cref="FaultException"><c>point.deleted</c>, <c>vault.point</c>.</exception>
    public void Extend(ObjectId point, DateTimeOffset until)
    {
        lock (vault.PointTurn)
        {
            var state = StateOf(point);
            if (state.IsDeleted) throw VaultFaults.Deleted(point);
            if (until <= state.ExtendedUntil) return;
            Put(state with { ExtendedUntil = until });
            new PointRetention(vault).Settle(vault.Catalog.Points.Find(point)!.Source);
        }
    }

    /// <summary>
    /// What a point has lost stops collection no more; what is left of it stays. Durable in this order: no page counts
    /// as closed until it was walked again, so that nobody builds on what is missing; then the record and its row.
    /// </summary>
    public void GiveUp(ObjectId point)
    {
        lock (vault.CollectionTurn) // as a mark that is kept is made void
            lock (vault.PointTurn)
            {
                var state = StateOf(point);
                if (state.IsGivenUp) return;
                var keyspace = vault.Keyspace(vault.Catalog.Points.Find(point)!.Keyspace);
                keyspace.RaiseLossEpoch();
                KeyspaceMark.Forget(vault.Folder, keyspace.Keyspace);
                Put(state with { IsGivenUp = true });
            }
    }

    /// <summary>All that the point needs has come back.</summary>
    public void TakeBack(ObjectId point)
    {
        lock (vault.PointTurn)
        {
            var state = StateOf(point);
            if (state.IsGivenUp) Put(state with { IsGivenUp = false });
        }
    }

    /// <summary>Deletes what has expired and purges what has been deleted for long enough.</summary>
    /// <returns>Points deleted, points purged.</returns>
    public (int Expired, int Purged) RunDue(TimeSpan keptFor)
    {
        if (ClockWatch.IsInDoubt(vault)) return (0, 0);
        new PointRetention(vault).Settle();
        int expired = vault.Catalog.Points.Expired(vault.Now).Count(point => MayExpire(point) && IfStill(
            point, state => !state.IsDeleted && vault.Catalog.Points.EndOf(point) <= vault.Now,
            () => Delete(point, keptFor)));
        int purged = vault.Catalog.Points.ToPurge(vault.Now).Count(point => IfStill(
            point, state => state.IsDeleted && state.PurgeAfter <= vault.Now, () => Purge(point)));
        return (expired, purged);
    }

    /// <summary>
    /// Ends a deleted point for good. Durable in this order: its tombstone; its row and its root; its object. Who dies
    /// after the first leaves the rest to the next opening.
    /// </summary>
    /// <exception cref="FaultException"><c>point.held</c>, <c>point.not-deleted</c>.</exception>
    public void Purge(ObjectId point)
    {
        lock (vault.PointTurn)
        {
            var state = StateOf(point);
            if (state.IsHeld) throw VaultFaults.Held(point);
            bool isDue = state.IsDeleted && state.PurgeAfter <= vault.Now && !ClockWatch.IsInDoubt(vault);
            if (!isDue) throw VaultFaults.NotYet(point);
            var described = vault.Catalog.Points.Find(point)!;
            vault.Step(() =>
            {
                vault.Records.Write(described.Keyspace, RecordKind.PointState, (state with { IsPurged = true }).Write);
                Bury(vault, described.Keyspace, point, described.Source);
            });
        }
    }

    /// <summary>What follows a tombstone; may be done twice.</summary>
    public static void Bury(OpenVault vault, KeyspaceId keyspace, ObjectId point, SourceId source)
    {
        var file = vault.Keyspace(keyspace);
        vault.Catalog.Points.Remove(point);
        file.Transaction(() =>
        {
            file.Roots.Remove(new Root(point, RootKind.Point, source.Value));
            file.Collections.PointGone();
        });
        vault.Store.Delete(StoreName.Parse(PointObject.StoreName(keyspace, point)));
    }

    // Of a source that was stopped with its data retained nothing is cleaned up. Of one that is protected the newest
    // point stays, whatever no tier wants, and of a silent machine the one that was to be kept for longest.
    private bool MayExpire(ObjectId point) => vault.Catalog.Points.Find(point) is { } found
        && new ProtectionDesk(vault).StateOf(found.Source) switch
        {
            ProtectionState.StoppedWithDataRetained => false,
            ProtectionState.Protected => vault.Catalog.Points.LastToGo(found.Source) != point
                && vault.Catalog.Points.Newest(found.Source) != point,
            _ => true,
        };

    // What was due when all were looked for may have been held or brought back since.
    private bool IfStill(ObjectId point, Func<PointStateRecord, bool> isDue, Action act)
    {
        lock (vault.PointTurn)
        {
            if (vault.Catalog.Points.StateOf(point) is not { IsHeld: false } state || !isDue(state)) return false;
            act();
            return true;
        }
    }

    private PointStateRecord StateOf(ObjectId point) =>
        vault.Catalog.Points.StateOf(point) ?? throw VaultFaults.NoPoint(point);

    private void Put(PointStateRecord state)
    {
        var keyspace = vault.Catalog.Points.Find(state.Point)!.Keyspace;
        vault.Step(() =>
        {
            long counter = vault.Records.Write(keyspace, RecordKind.PointState, state.Write);
            vault.Catalog.Points.SetState(state, counter);
        });
    }

    // A deleted point is a root all the while; walked again, so that nothing depends on that alone.
    private void Lift(ObjectId point)
    {
        var described = vault.Catalog.Points.Find(point)!;
        var keyspace = vault.Keyspace(described.Keyspace);
        var name = StoreName.Parse(PointObject.StoreName(described.Keyspace, point));
        var bytes = new byte[vault.Store.Length(name) ?? throw VaultFaults.NoPoint(point)];
        vault.Store.Read(name, 0, bytes);
        byte[] frame = PointObject.Parse(bytes, name.Value).Frame;
        var references = FrameHeader.ParseWhole(frame, name.Value).ReferencesOf(frame).ToArray();
        keyspace.Transaction(() =>
        {
            keyspace.Walk.Run(references, vault.Sharing.ReadersOf(described.Keyspace, described.Machine));
            keyspace.Roots.Add(new Root(point, RootKind.Point, described.Source.Value), references, vault.Now);
        });
    }
}
