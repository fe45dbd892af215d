using System.Buffers;
using System.Text;

namespace Coffer.Vault.Sqlite;

/// <summary>One compiled statement. Bindings stay until bound anew.</summary>
internal sealed unsafe class SqliteStatement(nint db, nint handle)
{
    // Bound to nothing, "" and an empty blob would become NULL.
    private static ReadOnlySpan<byte> Nothing => [0];

    private readonly string?[] _names = NamesOf(handle);
    private ulong _bound;

    public nint Handle { get; private set; } = handle;

    public int ColumnCount { get; } = SqliteNative.ColumnCount(handle);

    public void Bind(int index, long value) => Check(index, SqliteNative.BindInteger(Handle, index, value));

    public void Bind(int index, double value) => Check(index, SqliteNative.BindReal(Handle, index, value));

    public void BindNull(int index) => Check(index, SqliteNative.BindNull(Handle, index));

    public void Bind(int index, ReadOnlySpan<byte> blob)
    {
        fixed (byte* start = blob.IsEmpty ? Nothing : blob)
            Check(index, SqliteNative.BindBlob(Handle, index, start, blob.Length, SqliteNative.Transient));
    }

    public void Bind(int index, ReadOnlySpan<char> text)
    {
        int most = Encoding.UTF8.GetMaxByteCount(text.Length);
        byte[]? rented = most > 512 ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> bytes = rented ?? stackalloc byte[512];
        int length = Encoding.UTF8.GetBytes(text, bytes);
        fixed (byte* start = bytes)
            Check(index, SqliteNative.BindText(Handle, index, start, length, SqliteNative.Transient));
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>Binds from a collection; an empty one leaves what was bound directly.</summary>
    public void Bind(SqliteParameterCollection parameters)
    {
        for (int index = 1; index <= _names.Length; index++)
        {
            var parameter = parameters.Count == 0 ? null : parameters.For(index, _names[index - 1]);
            if (parameter is not null) parameter.Bind(this, index);
            else if (index > 64 || (_bound >> (index - 1) & 1) == 0)
                throw new InvalidOperationException($"no value for parameter {_names[index - 1] ?? $"{index}"}");
        }
    }

    /// <summary>True when a row is there; false at the end.</summary>
    public bool Step()
    {
        int code = SqliteNative.Step(Handle);
        if (code == SqliteNative.Row) return true;
        if (code == SqliteNative.Done) return false;
        var error = SqliteException.Of(db, code);
        SqliteNative.Reset(Handle);
        throw error;
    }

    /// <summary>
    /// Ends the run. A statement that changes and gives rows is committed here, if not all of them were read.
    /// </summary>
    /// <exception cref="SqliteException">What it changed is lost. A step's own error is not told twice.</exception>
    public void Reset()
    {
        if (Handle != 0) SqliteException.ThrowUnlessOk(db, SqliteNative.Reset(Handle));
    }

    /// <summary>As freshly compiled; what was bound is let go.</summary>
    public void ClearBindings()
    {
        SqliteNative.ClearBindings(Handle);
        _bound = 0;
    }

    public void Finish()
    {
        SqliteNative.FinalizeStatement(Handle);
        Handle = 0;
    }

    private void Check(int index, int code)
    {
        SqliteException.ThrowUnlessOk(db, code);
        if (index <= 64) _bound |= 1UL << (index - 1);
    }

    private static string?[] NamesOf(nint handle)
    {
        var names = new string?[SqliteNative.ParameterCount(handle)];
        for (int i = 0; i < names.Length; i++)
        {
            byte* name = SqliteNative.ParameterName(handle, i + 1);
            names[i] = name == null || *name == '?' ? null : SqliteNative.Utf8(name);
        }
        return names;
    }
}
