using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Coffer.Domain;
using Coffer.Format.Hashing;
using Coffer.Storage.Folders;
using Microsoft.Win32.SafeHandles;

namespace Coffer.Vault.Collecting;

/// <summary>
/// How far a mark has come: what it takes to go on another time, beside the table of ids. Ids refer to the same for
/// ever, so a mark does not age; what came after it began is marked by <see cref="KeyspaceMark.Fence"/>.
/// </summary>
/// <remarks>
/// A bit too many keeps garbage for longer; a bit that is set while its page no longer waits would lose data. So the
/// whole of it stands under one hash, with that of the table of ids, and what does not match is begun anew.
/// </remarks>
internal sealed class MarkState(long lastPack, Bits pages, Bits young, Bits marked)
{
    private const int HeadNumbers = 6;
    private const int HeadBytes = HeadNumbers * sizeof(long) + ObjectId.Size;

    /// <summary>The newest pack when the table was begun.</summary>
    public long LastPack { get; } = lastPack;

    /// <summary>Ids that are pages.</summary>
    public Bits Pages { get; } = pages;

    /// <summary>Ids that came in lately.</summary>
    public Bits Young { get; } = young;

    public Bits Marked { get; } = marked;

    /// <summary>Marked pages whose references are not marked yet.</summary>
    public Stack<long> Waiting { get; private init; } = new();

    /// <summary>All that the roots reached is marked; what waits was reached from young ids.</summary>
    public bool HasRoots { get; set; }

    /// <summary>Young ids below this are marked.</summary>
    public long NextYoung { get; set; }

    public static string IdsOf(string name) => name + ".ids";

    public static bool Exists(OwnedFolder folder, string name) => folder.Has(BitsOf(name));

    /// <summary>Null where there is none, or none that is whole.</summary>
    public static MarkState? TryRead(OwnedFolder folder, string name)
    {
        byte[] bytes;
        ObjectId ids;
        using (var state = folder.ReadWork(BitsOf(name)))
        using (var table = folder.ReadWork(IdsOf(name)))
        {
            if (state is null || table is null) return null;
            bytes = new byte[RandomAccess.GetLength(state)];
            if (RandomAccess.Read(state, bytes, 0) < bytes.Length) return null;
            ids = HashOf(table);
        }

        if (bytes.Length < HeadBytes + ObjectId.Size || !IsWhole(bytes)) return null;
        var longs = MemoryMarshal.Cast<byte, long>(bytes.AsSpan(0, HeadNumbers * sizeof(long)));
        (long version, long count, long lastPack, long nextYoung, long waiting) =
            (longs[0], longs[1], longs[2], longs[3], longs[4]);
        bool hasRoots = longs[5] != 0;
        if (version != 1 || ids != new ObjectId(bytes.AsSpan(HeadNumbers * sizeof(long)))) return null;
        using var rest = new MemoryStream(bytes, HeadBytes, bytes.Length - HeadBytes - ObjectId.Size);
        Bits pages = new(count), young = new(count), marked = new(count);
        foreach (var bits in (Bits[])[pages, young, marked]) bits.Load(rest);
        var read = new MarkState(lastPack, pages, young, marked) { NextYoung = nextYoung, HasRoots = hasRoots };
        var number = new byte[sizeof(long)];
        for (; waiting > 0; waiting--)
        {
            rest.ReadExactly(number);
            read.Waiting.Push(BinaryPrimitives.ReadInt64LittleEndian(number));
        }

        return read;
    }

    /// <summary>May be torn; then <see cref="TryRead"/> finds none.</summary>
    public void Write(OwnedFolder folder, string name)
    {
        using var bytes = new MemoryStream();
        long[] head = [1, Marked.Length, LastPack, NextYoung, Waiting.Count, HasRoots ? 1 : 0];
        bytes.Write(MemoryMarshal.AsBytes<long>(head));
        var hash = new byte[ObjectId.Size];
        using (var table = folder.ReadWork(IdsOf(name))) HashOf(table!).CopyTo(hash);
        bytes.Write(hash);
        foreach (var bits in (Bits[])[Pages, Young, Marked]) bits.Save(bytes);
        foreach (long number in Waiting.Reverse())
        {
            BinaryPrimitives.WriteInt64LittleEndian(hash, number);
            bytes.Write(hash, 0, sizeof(long));
        }

        Blake3.Hash(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), hash);
        bytes.Write(hash);
        using var file = folder.OpenWork(BitsOf(name));
        bytes.WriteTo(file);
    }

    public static void Remove(OwnedFolder folder, string name)
    {
        folder.Remove(BitsOf(name));
        folder.Remove(IdsOf(name));
    }

    private static string BitsOf(string name) => name + ".bits";

    private static bool IsWhole(byte[] bytes)
    {
        Span<byte> hash = stackalloc byte[ObjectId.Size];
        Blake3.Hash(bytes.AsSpan(0, bytes.Length - ObjectId.Size), hash);
        return bytes.AsSpan(bytes.Length - ObjectId.Size).SequenceEqual(hash);
    }

    private static ObjectId HashOf(SafeFileHandle file)
    {
        var hasher = new Blake3Hasher();
        var buffer = new byte[1 << 20];
        long at = 0;
        for (int read; (read = RandomAccess.Read(file, buffer, at)) > 0; at += read)
            hasher.Update(buffer.AsSpan(0, read));
        Span<byte> hash = stackalloc byte[ObjectId.Size];
        hasher.Finish(hash);
        return new ObjectId(hash);
    }
}
