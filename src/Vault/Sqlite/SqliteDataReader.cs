using System.Collections;
using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Text;

namespace Coffer.Vault.Sqlite;

/// <summary>
/// Rows of a command, one at a time. The first step happens at execution, so that a statement that only writes has
/// written when the reader is returned; later result sets follow with <see cref="NextResult"/>.
/// </summary>
public sealed unsafe class SqliteDataReader : DbDataReader
{
    private readonly SqliteCommand _command;
    private readonly bool _closeConnection;
    private SqliteStatement? _statement;
    private int _next;
    private int _changed;
    private bool _stepped, _row, _closed;

    internal SqliteDataReader(SqliteCommand command, CommandBehavior behavior)
    {
        _command = command;
        _closeConnection = (behavior & CommandBehavior.CloseConnection) != 0;
        NextResult();
    }

    public override int FieldCount => _statement?.ColumnCount ?? 0;

    public override bool HasRows => _stepped || _row;

    public override bool IsClosed => _closed;

    public override int RecordsAffected => _changed;

    public override int Depth => 0;

    public override object this[int ordinal] => GetValue(ordinal);

    public override object this[string name] => GetValue(GetOrdinal(name));

    private nint Row => _row && !_stepped
        ? _statement!.Handle
        : throw new InvalidOperationException("the reader is not on a row");

    public override bool Read()
    {
        if (_closed) throw new InvalidOperationException("the reader is closed");
        if (_stepped) _stepped = false;
        else _row = _row && _statement!.Step();
        return _row;
    }

    public override bool NextResult()
    {
        _statement?.Reset();
        _row = _stepped = false;
        while (_command.Statement(_next) is { } statement)
        {
            _next++;
            _statement = statement;
            statement.Bind(_command.Parameters);
            int before = SqliteNative.TotalChanges(_command.Db);
            _row = _stepped = statement.Step();
            if (SqliteNative.TotalChanges(_command.Db) != before) _changed += SqliteNative.Changes(_command.Db);
            if (statement.ColumnCount > 0) return true;
            statement.Reset();
        }
        _statement = null;
        return false;
    }

    public override void Close()
    {
        if (_closed) return;
        _closed = true;
        _command.ReaderClosed();
        try
        {
            _statement?.Reset();
        }
        finally
        {
            if (_closeConnection) _command.Connection?.Close();
        }
    }

    public override bool IsDBNull(int ordinal) => Type(ordinal) == SqliteNative.Null;

    /// <summary>
    /// The bytes of a BLOB or TEXT column without a copy; valid until the next call of Read or Close.
    /// </summary>
    public ReadOnlySpan<byte> GetBlobSpan(int ordinal)
    {
        NotNull(ordinal);
        byte* start = SqliteNative.ColumnBlob(Row, ordinal);
        return new ReadOnlySpan<byte>(start, SqliteNative.ColumnBytes(Row, ordinal));
    }

    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length)
    {
        var blob = GetBlobSpan(ordinal);
        if (buffer is null) return blob.Length;
        int count = (int)Math.Clamp(blob.Length - dataOffset, 0, length);
        if (count > 0) blob.Slice((int)dataOffset, count).CopyTo(buffer.AsSpan(bufferOffset));
        return count;
    }

    public override long GetInt64(int ordinal)
    {
        NotNull(ordinal);
        return SqliteNative.ColumnInteger(Row, ordinal);
    }

    public override double GetDouble(int ordinal)
    {
        NotNull(ordinal);
        return SqliteNative.ColumnReal(Row, ordinal);
    }

    public override string GetString(int ordinal)
    {
        NotNull(ordinal);
        byte* text = SqliteNative.ColumnText(Row, ordinal);
        return Encoding.UTF8.GetString(text, SqliteNative.ColumnBytes(Row, ordinal));
    }

    public override bool GetBoolean(int ordinal) => GetInt64(ordinal) != 0;

    public override byte GetByte(int ordinal) => checked((byte)GetInt64(ordinal));

    public override short GetInt16(int ordinal) => checked((short)GetInt64(ordinal));

    public override int GetInt32(int ordinal) => checked((int)GetInt64(ordinal));

    public override float GetFloat(int ordinal) => (float)GetDouble(ordinal);

    public override char GetChar(int ordinal) => GetString(ordinal)[0];

    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length)
    {
        string text = GetString(ordinal);
        if (buffer is null) return text.Length;
        int count = (int)Math.Clamp(text.Length - dataOffset, 0, length);
        text.CopyTo((int)dataOffset, buffer, bufferOffset, count);
        return count;
    }

    public override Guid GetGuid(int ordinal) => new(GetBlobSpan(ordinal));

    public override decimal GetDecimal(int ordinal) =>
        decimal.Parse(
            GetString(ordinal), NumberStyles.Number | NumberStyles.AllowExponent, CultureInfo.InvariantCulture);

    public override DateTime GetDateTime(int ordinal) =>
        DateTime.Parse(GetString(ordinal), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);

    public override object GetValue(int ordinal) => Type(ordinal) switch
    {
        SqliteNative.Integer => GetInt64(ordinal),
        SqliteNative.Float => GetDouble(ordinal),
        SqliteNative.Text => GetString(ordinal),
        SqliteNative.Blob => GetBlobSpan(ordinal).ToArray(),
        _ => DBNull.Value,
    };

    public override T GetFieldValue<T>(int ordinal)
    {
        if (typeof(T) == typeof(byte[])) return (T)(object)GetBlobSpan(ordinal).ToArray();
        if (typeof(T) == typeof(int)) return (T)(object)GetInt32(ordinal);
        if (typeof(T) == typeof(bool)) return (T)(object)GetBoolean(ordinal);
        return (T)GetValue(ordinal);
    }

    public override int GetValues(object[] values)
    {
        int count = Math.Min(values.Length, FieldCount);
        for (int i = 0; i < count; i++) values[i] = GetValue(i);
        return count;
    }

    public override string GetName(int ordinal) => SqliteNative.Utf8(SqliteNative.ColumnName(Result(ordinal), ordinal));

    public override int GetOrdinal(string name)
    {
        for (int i = 0; i < FieldCount; i++)
            if (string.Equals(GetName(i), name, StringComparison.OrdinalIgnoreCase)) return i;
        throw new ArgumentOutOfRangeException(nameof(name), name, "no such column");
    }

    public override string GetDataTypeName(int ordinal) =>
        SqliteNative.Utf8(SqliteNative.ColumnDeclaration(Result(ordinal), ordinal));

    public override Type GetFieldType(int ordinal) => (_row ? ColumnType(ordinal) : SqliteNative.Blob) switch
    {
        SqliteNative.Integer => typeof(long),
        SqliteNative.Float => typeof(double),
        SqliteNative.Text => typeof(string),
        _ => typeof(byte[]),
    };

    public override IEnumerator GetEnumerator() => new DbEnumerator(this, closeReader: false);

    // Column 7 of 3 would be read as NULL without a word.
    private nint Result(int ordinal)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)ordinal, (uint)FieldCount, nameof(ordinal));
        return _statement!.Handle;
    }

    private int ColumnType(int ordinal) => SqliteNative.ColumnType(Result(ordinal), ordinal);

    private int Type(int ordinal)
    {
        _ = Row;
        return ColumnType(ordinal);
    }

    private void NotNull(int ordinal)
    {
        if (Type(ordinal) == SqliteNative.Null)
            throw new InvalidOperationException($"column {ordinal} ({GetName(ordinal)}) is NULL");
    }
}
