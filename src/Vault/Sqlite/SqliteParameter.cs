using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace Coffer.Vault.Sqlite;

/// <summary>
/// A value for a parameter: named with or without its sign ($ @ :), or nameless, by its place. Integers, bool, double,
/// string, byte[], ReadOnlyMemory of bytes, null and DBNull.
/// </summary>
public sealed class SqliteParameter : DbParameter
{
    public SqliteParameter()
    {
    }

    public SqliteParameter(string? name, object? value) => (ParameterName, Value) = (name, value);

    [AllowNull]
    public override string ParameterName
    {
        get;
        set => field = value ?? "";
    } = "";

    public override object? Value { get; set; }

    public override DbType DbType { get; set; } = DbType.Object;

    public override ParameterDirection Direction { get; set; } = ParameterDirection.Input;

    public override bool IsNullable { get; set; } = true;

    public override int Size { get; set; }

    [AllowNull]
    public override string SourceColumn { get; set; } = "";

    public override bool SourceColumnNullMapping { get; set; }

    public override void ResetDbType() => DbType = DbType.Object;

    internal bool IsNamed(string name) =>
        ParameterName == name || ParameterName.AsSpan().SequenceEqual(name.AsSpan(1));

    internal void Bind(SqliteStatement statement, int index)
    {
        switch (Value)
        {
            case null or DBNull: statement.BindNull(index); break;
            case long v: statement.Bind(index, v); break;
            case int v: statement.Bind(index, v); break;
            case bool v: statement.Bind(index, v ? 1 : 0); break;
            case byte[] v: statement.Bind(index, v); break;
            case ReadOnlyMemory<byte> v: statement.Bind(index, v.Span); break;
            case Memory<byte> v: statement.Bind(index, v.Span); break;
            case string v: statement.Bind(index, v); break;
            case double v: statement.Bind(index, v); break;
            case float v: statement.Bind(index, v); break;
            case uint v: statement.Bind(index, v); break;
            case ulong v: statement.Bind(index, checked((long)v)); break;
            case short v: statement.Bind(index, v); break;
            case ushort v: statement.Bind(index, v); break;
            case byte v: statement.Bind(index, v); break;
            case sbyte v: statement.Bind(index, v); break;
            default: throw new NotSupportedException($"SQLite has no place for a {Value.GetType()}");
        }
    }
}
