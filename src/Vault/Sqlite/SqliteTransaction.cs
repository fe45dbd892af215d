using System.Data;
using System.Data.Common;

namespace Coffer.Vault.Sqlite;

/// <summary>All or nothing; disposing without a commit rolls back.</summary>
public sealed class SqliteTransaction : DbTransaction
{
    private SqliteConnection? _connection;

    internal SqliteTransaction(SqliteConnection connection, bool deferred)
    {
        connection.Execute(deferred ? "BEGIN" : "BEGIN IMMEDIATE");
        _connection = connection;
    }

    public override IsolationLevel IsolationLevel => IsolationLevel.Serializable;

    protected override DbConnection? DbConnection => _connection;

    /// <summary>Where this throws, busy say, the transaction is still open.</summary>
    public override void Commit()
    {
        Open.Execute("COMMIT");
        End();
    }

    public override void Rollback()
    {
        var connection = Open;
        // A full disk or an I/O error may have made SQLite roll back by itself.
        if (SqliteNative.AutoCommit(connection.Db) == 0) connection.Execute("ROLLBACK");
        End();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _connection is { State: ConnectionState.Open }) Rollback();
        base.Dispose(disposing);
    }

    private SqliteConnection Open => _connection ?? throw new InvalidOperationException("the transaction has ended");

    private void End()
    {
        _connection!.Current = null;
        _connection = null;
    }
}
