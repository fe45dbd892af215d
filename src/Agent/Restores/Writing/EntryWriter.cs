using System.Collections.Concurrent;
using Coffer.Agent.Restores.Resuming;
using Coffer.Agent.Restores.Targets;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Restoring;

namespace Coffer.Agent.Restores.Writing;

/// <summary>What all workers of one run share.</summary>
internal sealed record RestoreScene(
    IfExists IfExists, RestoreAspects Aspects, RestoreTally Tally, HardLinks Links, ResumeMark? Resume)
{
    /// <summary>Large files that are not finished: what is left here when a run is cut off is removed.</summary>
    public ConcurrentDictionary<LargeFile, bool> Unfinished { get; } = [];
}

/// <summary>
/// Makes entries in the target: takes the name, or settles what to do where it is taken, writes and finishes. One for
/// each worker.
/// </summary>
internal sealed class EntryWriter(RestoreScene scene) : IDisposable
{
    private readonly List<Shortfall> _shortfalls = [];

    public ChunkReaders Chunks { get; } = new();

    /// <summary>Restores a file whose bytes are all at hand, or read here one after the other.</summary>
    public async ValueTask RestoreAsync(FileWork work, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(work, cancellationToken);
        }
        catch (CorruptionException e)
        {
            await FailAsync(work, e.Message, cancellationToken);
        }
    }

    /// <summary>
    /// The open file that the work is to be written to, and its name; null where nothing is to be written.
    /// </summary>
    public async ValueTask<(TargetFile? File, byte[] Name)> OpenAsync(FileWork work,
        CancellationToken cancellationToken)
    {
        var folder = work.Scope.Folder;
        OsError error = folder.CreateFile(work.Name, work.Wanted, out var file);
        if (!error.IsError) return (file, work.Name);
        if (error.Cause != OsCause.Exists) return await RefuseAsync(work, error, cancellationToken);
        error = folder.Stat(work.Name, out var found);
        if (error.IsError) return await RefuseAsync(work, error, cancellationToken);
        if (await IsEqualAsync(work, found, cancellationToken))
        {
            await LeaveAloneAsync(work, found, cancellationToken);
            return default;
        }

        if (await IsRemainderAsync(work, found, cancellationToken))
            return await ReplaceAsync(work, isCounted: false, cancellationToken);
        return scene.IfExists switch
        {
            IfExists.Skip => await SkipAsync(work, cancellationToken),
            IfExists.Overwrite => await ReplaceAsync(work, isCounted: true, cancellationToken),
            _ => await CopyAsync(work, cancellationToken),
        };
    }

    /// <summary>
    /// What an interrupted run made durable is told by its metadata alone, and nothing is fetched for it. False: it is
    /// not as it was left.
    /// </summary>
    public async ValueTask<bool> TryLeaveSettledAsync(FileWork work, CancellationToken cancellationToken)
    {
        var folder = work.Scope.Folder;
        bool isThere = !folder.Stat(work.Name, out var found).IsError
            && ExistingEntry.HasMetadata(in found, work.Wanted, scene.Aspects)
            && ExistingEntry.HasXattrs(folder, work.Name, work.Wanted.Xattrs, scene.Aspects);
        if (isThere) await LeaveAloneAsync(work, found, cancellationToken);
        return isThere;
    }

    /// <summary>Data is complete: metadata, links that waited, and the folder's count.</summary>
    public async ValueTask FinishAsync(FileWork work, TargetFile file, byte[] name, CancellationToken cancellationToken)
    {
        FileMetadata found = default;
        if (work.Head is not null) _ = file.Stat(out found);
        OsError error = file.Finish(work.Wanted, _shortfalls);
        file.Dispose();
        if (_shortfalls.Count > 0) scene.Tally.Find(work.Key, _shortfalls);
        if (error.IsError)
        {
            _ = await RefuseAsync(work, error, cancellationToken);
            return;
        }

        scene.Tally.FileWritten(work.Wanted.Basic.Size);
        await SettleAsync(work, name, found, cancellationToken);
    }

    /// <summary>The content cannot be had: the file is left out and told.</summary>
    public ValueTask FailAsync(FileWork work, string reason, CancellationToken cancellationToken)
    {
        scene.Tally.Find(work.Key, "file.damaged", reason);
        return GiveUpAsync(work, cancellationToken);
    }

    /// <summary>A symbolic link, FIFO, socket or device.</summary>
    public async ValueTask MakeAsync(FileWork work, CancellationToken cancellationToken)
    {
        if (await PutAsync(work, Make, IsEqualNode, cancellationToken) is not var (error, name)) return;
        if (_shortfalls.Count > 0) scene.Tally.Find(work.Key, _shortfalls);
        if (error.IsError)
        {
            _ = await RefuseAsync(work, error, cancellationToken);
            return;
        }

        FileMetadata made = default;
        if (work.Head is not null) _ = work.Scope.Folder.Stat(name, out made);
        scene.Tally.OtherMade();
        await SettleAsync(work, name, made, cancellationToken);
    }

    /// <summary>A further name of a file that is there; the file itself once more where that cannot be.</summary>
    public async ValueTask LinkAsync(FileWork work, LinkHead head, CancellationToken cancellationToken)
    {
        OsError AddName(FileWork work, byte[] name) =>
            work.Scope.Folder.AddName(name, head.Folder!, head.Name, head.Found);

        bool IsIt(FileWork work, FileMetadata found) => found.IsSameFileAs(head.Found);

        if (await PutAsync(work, AddName, IsIt, cancellationToken) is not var (error, name)) return;
        if (error.IsError)
        {
            await (work.Content is null ? MakeAsync(work, cancellationToken) : RestoreAsync(work, cancellationToken));
            return;
        }

        if (work.Content is null) scene.Tally.OtherMade();
        else scene.Tally.FileWritten(0);
        await SettleAsync(work, name, head.Found, cancellationToken);
    }

    public void Dispose() => Chunks.Dispose();

    private async ValueTask WriteAsync(FileWork work, CancellationToken cancellationToken)
    {
        var content = work.Content!;
        await content.RequireAsync(Chunks, cancellationToken);
        var (file, name) = await OpenAsync(work, cancellationToken);
        if (file is null) return;
        OsError error;
        try
        {
            error = await content.FillAsync(file, Chunks, cancellationToken);
        }
        catch
        {
            file.Dispose();
            throw;
        }

        if (error.IsError)
        {
            file.Dispose();
            _ = await RefuseAsync(work, error, cancellationToken);
            return;
        }

        scene.Tally.BytesThrough(content.Size);
        await FinishAsync(work, file, name, cancellationToken);
    }

    private async ValueTask<bool> IsEqualAsync(FileWork work, FileMetadata found, CancellationToken cancellationToken)
    {
        if (!ExistingEntry.HasMetadata(in found, work.Wanted, scene.Aspects)) return false;
        if (!ExistingEntry.HasXattrs(work.Scope.Folder, work.Name, work.Wanted.Xattrs, scene.Aspects)) return false;
        return await HasContentAsync(work, found, work.Wanted.Basic.Size, mayHaveHoles: false, cancellationToken);
    }

    // What this very restore had begun to write when it was cut off. It was born since, and holds nothing but what is
    // written now again, so replacing it loses nothing whoever made it.
    private async ValueTask<bool> IsRemainderAsync(FileWork work, FileMetadata found,
        CancellationToken cancellationToken)
    {
        if (scene.Resume is not { } resume || !resume.IsSince(in found)) return false;
        bool mayBe = found.Type == EntryType.File && found.Size <= work.Wanted.Basic.Size;
        return mayBe && await HasContentAsync(work, found, found.Size, mayHaveHoles: true, cancellationToken);
    }

    private async ValueTask<bool> HasContentAsync(
        FileWork work, FileMetadata found, long length, bool mayHaveHoles, CancellationToken cancellationToken)
    {
        if (work.Scope.Folder.OpenExisting(work.Name, in found, out var existing).IsError) return false;
        using (existing)
        {
            return await work.Content!.IsInAsync(existing!, length, mayHaveHoles, Chunks, cancellationToken);
        }
    }

    private bool IsEqualNode(FileWork work, FileMetadata found)
    {
        var folder = work.Scope.Folder;
        if (!ExistingEntry.HasMetadata(in found, work.Wanted, scene.Aspects)) return false;
        if (!ExistingEntry.HasXattrs(folder, work.Name, work.Wanted.Xattrs, scene.Aspects)) return false;
        return found.Type != EntryType.SymbolicLink
            || (!folder.ReadLink(work.Name, out byte[] target).IsError
                && target.AsSpan().SequenceEqual(work.LinkTarget));
    }

    private OsError Make(FileWork work, byte[] name) => work.Wanted.Basic.Type == EntryType.SymbolicLink
        ? work.Scope.Folder.CreateLink(name, work.LinkTarget, work.Wanted, _shortfalls)
        : work.Scope.Folder.CreateNode(name, work.Wanted, _shortfalls);

    // For what is made in one call: under its name, or where that is taken as was asked. Null: it is settled already.
    private async ValueTask<(OsError Error, byte[] Name)?> PutAsync(
        FileWork work, Func<FileWork, byte[], OsError> make, Func<FileWork, FileMetadata, bool> isIt,
        CancellationToken cancellationToken)
    {
        OsError error = make(work, work.Name);
        if (error.Cause != OsCause.Exists) return (error, work.Name);
        _ = work.Scope.Folder.Stat(work.Name, out var found);
        if (isIt(work, found))
        {
            await LeaveAloneAsync(work, found, cancellationToken);
            return null;
        }

        if (scene.IfExists != IfExists.Skip) return TakeOther(work, make);
        _ = await SkipAsync(work, cancellationToken);
        return null;
    }

    // In the place of what has the name, or under the first free copy's name.
    private (OsError Error, byte[] Name) TakeOther(FileWork work, Func<FileWork, byte[], OsError> make)
    {
        OsError error;
        if (scene.IfExists == IfExists.Overwrite)
        {
            error = work.Scope.Folder.Remove(work.Name);
            if (!error.IsError) error = make(work, work.Name);
            if (!error.IsError) scene.Tally.Overwrote();
            return (error, work.Name);
        }

        byte[] name;
        int number = 1;
        do error = make(work, name = work.Part.CopyName.Of(work.Name, number++));
        while (error.Cause == OsCause.Exists && number <= RestoreLimits.MaxCopies);
        if (!error.IsError) scene.Tally.Copied(work.Key, name);
        return (error, name);
    }

    private async ValueTask<(TargetFile?, byte[])> ReplaceAsync(
        FileWork work, bool isCounted, CancellationToken cancellationToken)
    {
        OsError error = work.Scope.Folder.ReplaceFile(work.Name, work.Wanted, out var file);
        if (error.IsError) return await RefuseAsync(work, error, cancellationToken);
        if (isCounted) scene.Tally.Overwrote();
        return (file, work.Name);
    }

    private async ValueTask<(TargetFile?, byte[])> CopyAsync(FileWork work, CancellationToken cancellationToken)
    {
        OsError error = default;
        for (int number = 1; number <= RestoreLimits.MaxCopies; number++)
        {
            byte[] name = work.Part.CopyName.Of(work.Name, number);
            error = work.Scope.Folder.CreateFile(name, work.Wanted, out var file);
            if (!error.IsError)
            {
                scene.Tally.Copied(work.Key, name);
                return (file, name);
            }

            if (error.Cause != OsCause.Exists) break;
            if (scene.Resume is null) continue;
            var other = work with { Name = name, Head = work.Head };
            _ = work.Scope.Folder.Stat(name, out var found);
            if (await IsEqualAsync(other, found, cancellationToken))
            {
                await LeaveAloneAsync(other, found, cancellationToken);
                return default;
            }

            if (await IsRemainderAsync(other, found, cancellationToken))
                return await ReplaceAsync(other, isCounted: false, cancellationToken);
        }

        return await RefuseAsync(work, error, cancellationToken);
    }

    private async ValueTask<(TargetFile?, byte[])> SkipAsync(FileWork work, CancellationToken cancellationToken)
    {
        scene.Tally.Skipped();
        await GiveUpAsync(work, cancellationToken);
        return default;
    }

    private async ValueTask<(TargetFile?, byte[])> RefuseAsync(
        FileWork work, OsError error, CancellationToken cancellationToken)
    {
        RestoreFaults.ThrowIfHopeless(error, work.Key);
        scene.Tally.Find(work.Key, error);
        await GiveUpAsync(work, cancellationToken);
        return default;
    }

    private ValueTask LeaveAloneAsync(FileWork work, FileMetadata found, CancellationToken cancellationToken)
    {
        scene.Tally.LeftAlone();
        if (work.Content is not null) scene.Tally.BytesThrough(work.Wanted.Basic.Size);
        return SettleAsync(work, work.Name, found, cancellationToken);
    }

    private async ValueTask SettleAsync(FileWork work, byte[] name, FileMetadata found,
        CancellationToken cancellationToken)
    {
        if (work.Content is not null) scene.Tally.FileThrough();
        var head = work.Head;
        if (head is not null)
        {
            foreach (var waiting in head.Made(work.Scope.Folder, name, in found))
                await LinkAsync(waiting, head, cancellationToken);
        }

        work.Scope.Complete();
    }

    private async ValueTask GiveUpAsync(FileWork work, CancellationToken cancellationToken)
    {
        if (work.Content is not null) scene.Tally.FileThrough();
        if (work.Head is { } head)
        {
            foreach (var waiting in head.Failed())
                await (waiting.Content is null ? MakeAsync(waiting, cancellationToken)
                    : RestoreAsync(waiting, cancellationToken));
        }

        work.Scope.Complete();
    }
}
