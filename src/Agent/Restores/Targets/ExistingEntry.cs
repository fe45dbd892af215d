using Coffer.Agent.Restores.Writing;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Restoring;

namespace Coffer.Agent.Restores.Targets;

/// <summary>Compares what is in the target already with what is to be restored.</summary>
internal static class ExistingEntry
{
    /// <summary>As far as one look tells; only what this restore would set is compared.</summary>
    public static bool HasMetadata(in FileMetadata found, in WantedMetadata wanted, RestoreAspects aspects)
    {
        var basic = wanted.Basic;
        if (found.Type != basic.Type || found.Modified != basic.Modified) return false;
        if (found.Type == EntryType.File && found.Size != basic.Size) return false;
        if ((aspects & RestoreAspects.Owner) != 0 && (found.Uid != basic.Uid || found.Gid != basic.Gid)) return false;
        bool hasMode = (aspects & RestoreAspects.Mode) != 0 && found.Type != EntryType.SymbolicLink;
        if (hasMode && found.Mode != basic.Mode) return false;
        bool isDevice = found.Type is EntryType.CharacterDevice or EntryType.BlockDevice;
        return !isDevice || found.NodeDevice == basic.NodeDevice;
    }

    /// <summary>Every wanted attribute is there, and none besides but those that the system itself gives.</summary>
    public static bool HasXattrs(TargetFolder folder, ReadOnlySpan<byte> name, XattrSet? wanted, RestoreAspects aspects)
    {
        if ((aspects & RestoreAspects.Xattrs) == 0) return true;
        using var present = new XattrSet();
        OsError error = folder.ReadXattrs(name, present);
        if (error.IsError) return error.Cause == OsCause.NotSupported && wanted is null;
        for (int i = 0; i < (wanted?.Count ?? 0); i++)
        {
            int at = present.IndexOf(wanted!.Name(i));
            if (at < 0 || !present.Value(at).SequenceEqual(wanted.Value(i))) return false;
        }

        for (int i = 0; i < present.Count; i++)
        {
            bool isSystems = present.Name(i).StartsWith("security."u8);
            if (!isSystems && (wanted is null || wanted.IndexOf(present.Name(i)) < 0)) return false;
        }

        return true;
    }

    /// <summary>
    /// Whether the first <paramref name="length"/> bytes of a file are the wanted ones. With
    /// <paramref name="mayHaveHoles"/> zeros stand for anything: what a writer that was cut off had not come to.
    /// </summary>
    public static async ValueTask<bool> HasContentAsync(
        SourceFile file, StoredContent content, long length, bool mayHaveHoles, ChunkReader chunks,
        CancellationToken cancellationToken)
    {
        var buffer = new byte[RestoreLimits.CompareBytes];
        long end = 0;
        await foreach (var segment in content.SegmentsAsync(chunks.Nodes, cancellationToken))
        {
            if (!IsZero(file, end, Math.Min(segment.FileOffset, length), buffer)) return false;
            end = segment.FileOffset + segment.Length;
            if (segment.FileOffset >= length) return true;
            var chunk = await chunks.ReadAsync(segment.Chunk, cancellationToken);
            int wanted = (int)Math.Min(segment.Length, length - segment.FileOffset);
            if (!IsEqual(file, segment.FileOffset, ChunkReader.Slice(chunk, segment)[..wanted], mayHaveHoles,
                buffer)) return false;
        }

        return IsZero(file, end, length, buffer);
    }

    /// <summary>The same, where the wanted bytes are those of another file.</summary>
    public static bool HasContent(SourceFile file, SourceFile wanted, long length, bool mayHaveHoles)
    {
        var buffer = new byte[RestoreLimits.CompareBytes];
        var bytes = new byte[RestoreLimits.CompareBytes];
        long end = 0;
        while (wanted.TryNextData(end, length, out long start, out long dataEnd))
        {
            if (!IsZero(file, end, start, buffer)) return false;
            var part = bytes.AsSpan(0, (int)Math.Min(bytes.Length, dataEnd - start));
            if (wanted.Read(start, part, out int read).IsError || read != part.Length) return false;
            if (!IsEqual(file, start, part, mayHaveHoles, buffer)) return false;
            end = start + read;
        }

        return IsZero(file, end, length, buffer);
    }

    private static bool IsEqual(SourceFile file, long offset, ReadOnlySpan<byte> wanted, bool mayHaveHoles,
        byte[] buffer)
    {
        while (!wanted.IsEmpty)
        {
            var part = buffer.AsSpan(0, Math.Min(buffer.Length, wanted.Length));
            if (file.Read(offset, part, out int read).IsError || read != part.Length) return false;
            bool isEqual = part.SequenceEqual(wanted[..read])
                || (mayHaveHoles && IsEqualOrZero(part, wanted[..read]));
            if (!isEqual) return false;
            offset += read;
            wanted = wanted[read..];
        }

        return true;
    }

    private static bool IsEqualOrZero(ReadOnlySpan<byte> found, ReadOnlySpan<byte> wanted)
    {
        for (int i = 0; i < found.Length; i++)
            if (found[i] != 0 && found[i] != wanted[i]) return false;
        return true;
    }

    private static bool IsZero(SourceFile file, long from, long to, byte[] buffer)
    {
        while (from < to && file.TryNextData(from, to, out long start, out long end))
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - start));
            if (file.Read(start, part, out int read).IsError || read != part.Length) return false;
            if (part.ContainsAnyExcept((byte)0)) return false;
            from = start + read;
        }

        return true;
    }
}
