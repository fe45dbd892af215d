using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Coffer.Vault.Sqlite;

/// <summary>
/// One database opened through the system's SQLite, for one thread at a time: it is opened without SQLite's own
/// mutexes (NOMUTEX), which costs nothing where each thread has its own connection and is undefined where two share
/// one at the same moment. <see cref="Interrupt"/> alone may come from elsewhere.
/// </summary>
public sealed class SqliteConnection : DbConnection
{
    private readonly HashSet<SqliteCommand> _commands = [];
    private SqliteConnectionStringBuilder _options = new();
    private nint _db;

    public SqliteConnection()
    {
    }

    public SqliteConnection(string connectionString) => ConnectionString = connectionString;

    [AllowNull]
    public override string ConnectionString
    {
        get => _options.ToString();
        set
        {
            if (_db != 0) throw new InvalidOperationException("the connection is open");
            _options = new SqliteConnectionStringBuilder(value ?? "");
        }
    }

    public override string Database => "main";

    public override string DataSource => _options.DataSource;

    public override unsafe string ServerVersion => SqliteNative.Utf8(SqliteNative.Version());

    public override ConnectionState State => _db == 0 ? ConnectionState.Closed : ConnectionState.Open;

    /// <summary>Seconds that a statement waits for another connection's lock.</summary>
    public int DefaultTimeout => _options.DefaultTimeout;

    internal SqliteTransaction? Current { get; set; }

    internal nint Db => _db != 0 ? _db : throw new InvalidOperationException("the connection is not open");

    public override unsafe void Open()
    {
        if (_db != 0) throw new InvalidOperationException("the connection is open already");
        int flags = SqliteNative.OpenNoMutex | _options.Mode switch
        {
            SqliteOpenMode.ReadOnly => SqliteNative.OpenReadOnly,
            SqliteOpenMode.ReadWrite => SqliteNative.OpenReadWrite,
            _ => SqliteNative.OpenReadWrite | SqliteNative.OpenCreate,
        };
        nint db;
        int code;
        fixed (byte* path = Encoding.UTF8.GetBytes(_options.DataSource + '\0'))
            code = SqliteNative.Open(path, out db, flags, 0);
        if (code != SqliteNative.Ok)
        {
            var error = SqliteException.Of(db, code);
            SqliteNative.Close(db);
            throw error;
        }
        SqliteNative.ExtendedCodes(db, 1);
        _db = db;
        SetTimeout(DefaultTimeout);
    }

    /// <summary>Rolls an open transaction back, finishes all commands of this connection, and closes.</summary>
    public override void Close()
    {
        if (_db == 0) return;
        Current?.Dispose();
        foreach (var command in _commands.ToArray()) command.FinishStatements();
        int code = SqliteNative.Close(_db);
        _db = 0;
        if (code != SqliteNative.Ok) throw SqliteException.Of(0, code);
    }

    public override void ChangeDatabase(string databaseName) => throw new NotSupportedException();

    public new SqliteCommand CreateCommand() => new() { Connection = this };

    public SqliteCommand CreateCommand(string sql) => new(sql, this);

    /// <summary>Begins a writing transaction: waits here, not at the first write, for another writer.</summary>
    public new SqliteTransaction BeginTransaction() => BeginTransaction(deferred: false);

    /// <param name="deferred">True for reads of one state: takes no lock until the first statement.</param>
    public SqliteTransaction BeginTransaction(bool deferred)
    {
        if (Current is not null) throw new InvalidOperationException("transactions do not nest");
        return Current = new SqliteTransaction(this, deferred);
    }

    /// <summary>Runs statements without parameters, several at once if need be.</summary>
    public int Execute(string sql)
    {
        using var command = CreateCommand(sql);
        return command.ExecuteNonQuery();
    }

    /// <summary>Makes the running statement fail with code 9; from any thread.</summary>
    public void Interrupt() => SqliteNative.Interrupt(Db);

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => BeginTransaction();

    protected override DbCommand CreateDbCommand() => CreateCommand();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Close();
        }
        else if (_db != 0)
        {
            // Unreachable, and so are its commands; SQLite keeps it alive until the last of them is finished.
            SqliteNative.Close(_db);
            _db = 0;
        }
        base.Dispose(disposing);
    }

    internal void SetTimeout(int seconds)
    {
        int milliseconds = seconds == 0 ? int.MaxValue : (int)Math.Min(seconds * 1000L, int.MaxValue);
        SqliteException.ThrowUnlessOk(Db, SqliteNative.BusyTimeout(Db, milliseconds));
    }

    internal void Add(SqliteCommand command) => _commands.Add(command);

    internal void Remove(SqliteCommand command) => _commands.Remove(command);
}
