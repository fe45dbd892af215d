using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Coffer.Vault.Sqlite;

/// <summary>
/// One or more statements, compiled at first use and kept until the text changes or the command is disposed.
/// The Bind methods, by place from 1, are the one addition to what ADO.NET has: they put spans and numbers straight
/// into a single prepared statement, and hold until bound anew or cleared. Parameters, if any, go before them.
/// </summary>
public sealed class SqliteCommand : DbCommand
{
    private readonly List<SqliteStatement> _statements = [];
    private SqliteConnection? _connection;
    private SqliteParameterCollection? _parameters;
    private string _text = "";
    private byte[]? _sql;
    private int _compiled;
    private int? _timeout;
    private SqliteDataReader? _reader;

    public SqliteCommand()
    {
    }

    public SqliteCommand(string commandText, SqliteConnection connection) =>
        (_text, _connection) = (commandText, connection);

    [AllowNull]
    public override string CommandText
    {
        get => _text;
        set
        {
            FinishStatements();
            _text = value ?? "";
        }
    }

    /// <summary>Seconds to wait for a lock; the connection's unless set.</summary>
    public override int CommandTimeout
    {
        get => _timeout ?? _connection?.DefaultTimeout ?? 30;
        set => _timeout = value;
    }

    public override CommandType CommandType
    {
        get => CommandType.Text;
        set
        {
            if (value != CommandType.Text) throw new NotSupportedException();
        }
    }

    public override bool DesignTimeVisible { get; set; }

    public override UpdateRowSource UpdatedRowSource { get; set; }

    public new SqliteConnection? Connection
    {
        get => _connection;
        set
        {
            FinishStatements();
            _connection = value;
        }
    }

    public new SqliteParameterCollection Parameters => _parameters ??= new SqliteParameterCollection();

    /// <summary>Accepted for ADO.NET's sake: a connection has one transaction, and its commands run in it.</summary>
    public new SqliteTransaction? Transaction { get; set; }

    protected override DbConnection? DbConnection
    {
        get => Connection;
        set => Connection = (SqliteConnection?)value;
    }

    protected override DbParameterCollection DbParameterCollection => Parameters;

    protected override DbTransaction? DbTransaction
    {
        get => Transaction;
        set => Transaction = (SqliteTransaction?)value;
    }

    public void Bind(int index, long value) => Single().Bind(index, value);

    public void Bind(int index, double value) => Single().Bind(index, value);

    public void Bind(int index, ReadOnlySpan<byte> blob) => Single().Bind(index, blob);

    public void Bind(int index, ReadOnlySpan<char> text) => Single().Bind(index, text);

    public void Bind(int index, string? text)
    {
        if (text is null) BindNull(index);
        else Single().Bind(index, text.AsSpan());
    }

    public void BindNull(int index) => Single().BindNull(index);

    /// <summary>Nothing is bound any more, so that the command can be run with other values.</summary>
    public void ClearBindings()
    {
        foreach (var statement in _statements) statement.ClearBindings();
    }

    /// <summary>Compiles the first statement now; those after it when they are reached.</summary>
    public override void Prepare() => Statement(0);

    /// <summary>
    /// Runs all statements; rows that they give are passed over. Returns rows inserted, changed, deleted.
    /// </summary>
    public override int ExecuteNonQuery()
    {
        BeforeExecute();
        int changed = 0;
        for (int i = 0; Statement(i) is { } statement; i++)
        {
            statement.Bind(Parameters);
            int before = SqliteNative.TotalChanges(Db);
            while (statement.Step()) { }
            statement.Reset();
            // The count of the last change stays where a statement changes no rows: only a new total makes it ours.
            if (SqliteNative.TotalChanges(Db) != before) changed += SqliteNative.Changes(Db);
        }
        return changed;
    }

    /// <summary>First column of the first row; null without rows.</summary>
    public override object? ExecuteScalar()
    {
        using var reader = ExecuteReader();
        return reader.Read() ? reader.GetValue(0) : null;
    }

    public new SqliteDataReader ExecuteReader() => ExecuteReader(CommandBehavior.Default);

    public new SqliteDataReader ExecuteReader(CommandBehavior behavior)
    {
        BeforeExecute();
        return _reader = new SqliteDataReader(this, behavior);
    }

    public override void Cancel() => _connection?.Interrupt();

    protected override DbParameter CreateDbParameter() => new SqliteParameter();

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => ExecuteReader(behavior);

    protected override void Dispose(bool disposing)
    {
        FinishStatements();
        base.Dispose(disposing);
    }

    internal nint Db => (_connection ?? throw new InvalidOperationException("the command has no connection")).Db;

    internal void ReaderClosed() => _reader = null;

    internal void FinishStatements()
    {
        try
        {
            _reader?.Close();
        }
        finally
        {
            foreach (var statement in _statements) statement.Finish();
            if (_statements.Count > 0) _connection?.Remove(this);
            _statements.Clear();
            _sql = null;
            _compiled = 0;
        }
    }

    /// <summary>
    /// The statement at a place, compiled when first reached, as it may need those before it; null at the end.
    /// </summary>
    internal SqliteStatement? Statement(int index)
    {
        while (_statements.Count <= index)
            if (!CompileNext()) return null;
        return _statements[index];
    }

    private unsafe bool CompileNext()
    {
        _sql ??= Encoding.UTF8.GetBytes(_text + '\0');
        fixed (byte* sql = _sql)
        {
            while (_compiled < _sql.Length - 1)
            {
                int code = SqliteNative.Prepare(
                    Db, sql + _compiled, _sql.Length - _compiled, SqliteNative.PreparePersistent,
                    out nint handle, out byte* tail);
                SqliteException.ThrowUnlessOk(Db, code);
                _compiled = (int)(tail - sql);
                if (handle == 0) continue; // white space or a comment
                if (_statements.Count == 0) _connection!.Add(this);
                _statements.Add(new SqliteStatement(Db, handle));
                return true;
            }
        }
        return false;
    }

    private SqliteStatement Single() =>
        Statement(0) ?? throw new InvalidOperationException("the command holds no statement");

    private void BeforeExecute()
    {
        if (_reader is not null) throw new InvalidOperationException("a reader of this command is open");
        if (_timeout is { } seconds) _connection!.SetTimeout(seconds);
    }
}
