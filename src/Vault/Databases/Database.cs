using System.Globalization;
using Coffer.Domain;
using Coffer.Storage;
using Coffer.Vault.Sqlite;

namespace Coffer.Vault.Databases;

/// <summary>
/// One SQLite file of the vault: opened, of a known version, its errors told in the vault's words. For one thread at a
/// time; who shares one holds <see cref="Gate"/>.
/// </summary>
/// <remarks>WAL lets readers go on beside the writer; FULL makes each commit survive a loss of power.</remarks>
internal sealed class Database : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly List<SqliteCommand> _commands = [];

    /// <summary>Compiled and not in use, by their text: to compile a statement takes longer than to run most.</summary>
    private readonly Dictionary<string, SqliteCommand> _spare = [];

    private bool _isInTransaction;

    private Database(string path, SqliteConnection connection) => (Path, _connection) = (path, connection);

    public string Path { get; }

    /// <summary>Held around every use of a database that more than one thread uses.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Fills a file that is empty so far.</summary>
    public static Database Create(string path, DatabaseSchema schema)
    {
        var database = Connect(path, SqliteOpenMode.ReadWrite);
        try
        {
            // The mode of the journal is kept in the file; it cannot change within a transaction.
            database.Execute("PRAGMA journal_mode = WAL");
            database.Transaction(() =>
            {
                database.Execute(schema.Sql);
                database.Execute($"PRAGMA user_version = {schema.Version}");
            });
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <exception cref="FaultException"><c>vault.newer</c>, <c>vault.damaged</c>.</exception>
    public static Database Open(string path, DatabaseSchema schema, bool forReading = false)
    {
        var database = Connect(path, forReading ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWrite);
        try
        {
            long version = (long)database.Scalar("PRAGMA user_version")!;
            if (version > schema.Version) throw VaultFaults.Newer(path, version, schema.Version);
            if (version < 1) throw VaultFaults.Damaged(path, "it holds no tables");
            // Who only reads is not after what an upgrade adds: a writer opens the file before.
            if (version < schema.Version && !forReading) database.Upgrade(schema, (int)version);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>A statement that lives as long as this; compiled when first run.</summary>
    public SqliteCommand Prepare(string sql)
    {
        var command = _connection.CreateCommand(sql);
        _commands.Add(command);
        return command;
    }

    public void Execute(string sql) => Do(() => _connection.Execute(sql));

    /// <summary>Runs a statement, under <see cref="Gate"/>; returns the rows that it changed.</summary>
    public int Run(string sql, Action<SqliteCommand> bind)
    {
        lock (Gate)
        {
            int changed = 0;
            Use(sql, command =>
            {
                bind(command);
                changed = command.ExecuteNonQuery();
            });
            return changed;
        }
    }

    /// <summary>Reads the rows of a statement, under <see cref="Gate"/>.</summary>
    public List<T> Query<T>(string sql, Action<SqliteCommand> bind, Func<SqliteDataReader, T> read)
    {
        var all = new List<T>();
        Read(sql, bind, row => all.Add(read(row)), isOnlyFirst: false);
        return all;
    }

    /// <summary>The first of such rows; the default where there is none.</summary>
    public T? QueryFirst<T>(string sql, Action<SqliteCommand> bind, Func<SqliteDataReader, T> read)
    {
        T? first = default;
        Read(sql, bind, row => first = read(row), isOnlyFirst: true);
        return first;
    }

    /// <summary>
    /// Moves all of the log into the file, and throws where that fails: closing would do it and keep silent.
    /// </summary>
    public void EmptyLog() => Execute("PRAGMA wal_checkpoint(TRUNCATE)");

    public object? Scalar(string sql)
    {
        using var command = _connection.CreateCommand(sql);
        return Do(command.ExecuteScalar);
    }

    /// <summary>
    /// All of <paramref name="act"/> durably or nothing of it; within another, a part of that one. What it throws has
    /// to leave the outer one as well.
    /// </summary>
    public void Transaction(Action act) => Transaction(() =>
    {
        act();
        return true;
    });

    /// <inheritdoc cref="Transaction(Action)"/>
    public T Transaction<T>(Func<T> act)
    {
        lock (Gate)
        {
            if (_isInTransaction) return act();
            _isInTransaction = true;
            try
            {
                return Do(() =>
                {
                    using var transaction = _connection.BeginTransaction();
                    var result = act();
                    transaction.Commit();
                    return result;
                });
            }
            finally
            {
                _isInTransaction = false;
            }
        }
    }

    /// <summary>Runs what touches the database so that its errors come out as faults.</summary>
    public T Do<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (SqliteException e)
        {
            throw Explain(e);
        }
    }

    public Exception Explain(SqliteException e) => e.SqliteErrorCode switch
    {
        5 or 6 => VaultFaults.Busy(Path, "", TimeSpan.FromSeconds(Limits.DatabaseWaitSeconds)),
        8 => StoreFaults.Of(StoreError.ReadOnly, $"write {Path} ({e.Message})", e)!,
        10 => OfSystem(e) ?? StoreFaults.Of(StoreError.Failing, $"use {Path} ({e.Message})", e)!,
        14 => OfSystem(e) ?? StoreFaults.Of(StoreError.Lost, $"open {Path} ({e.Message})", e)!,
        11 or 26 => VaultFaults.Damaged(Path, e.Message, e),
        13 => OfSystem(e) ?? StoreFaults.Of(StoreError.Full, $"write {Path}", e)!,
        _ => new IOException(string.Create(CultureInfo.InvariantCulture, $"{Path}: {e.Message}"), e),
    };

    // SQLite tells all errors of a disk alike; the number behind tells a quota from bad blocks from one pulled out.
    private FaultException? OfSystem(SqliteException e) =>
        e.SystemError > 0 ? StoreFaults.OfSystem(e.SystemError, $"use {Path} ({e.Message})", e) : null;

    public void Dispose()
    {
        foreach (var command in _commands.Concat(_spare.Values)) command.Dispose();
        _connection.Dispose();
    }

    private void Upgrade(DatabaseSchema schema, int from) => Transaction(() =>
    {
        // Looked at again within the transaction: another process may have been quicker.
        for (long version = Math.Max(from, (long)Scalar("PRAGMA user_version")!); version < schema.Version; version++)
        {
            Execute(schema.Upgrades[version - 1]);
            Execute($"PRAGMA user_version = {version + 1}");
        }
    });

    // Not generic: each type of value would be compiled at start, and there are dozens of them.
    private void Read(string sql, Action<SqliteCommand> bind, Action<SqliteDataReader> read, bool isOnlyFirst)
    {
        lock (Gate)
        {
            Use(sql, command =>
            {
                bind(command);
                using var row = command.ExecuteReader();
                while (row.Read())
                {
                    read(row);
                    if (isOnlyFirst) return;
                }
            });
        }
    }

    // Taken out while it runs: what reads its rows may run the same text again.
    private void Use(string sql, Action<SqliteCommand> act)
    {
        var command = _spare.Remove(sql, out var spare) ? spare : _connection.CreateCommand(sql);
        bool isSpare = false;
        try
        {
            act(command);
            command.ClearBindings();
            isSpare = _spare.Count < Limits.SpareStatements && _spare.TryAdd(sql, command);
        }
        catch (SqliteException e)
        {
            throw Explain(e);
        }
        finally
        {
            if (!isSpare) command.Dispose();
        }
    }

    private static Database Connect(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection
        {
            ConnectionString = new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Mode = mode,
                DefaultTimeout = Limits.DatabaseWaitSeconds,
            }.ToString(),
        };
        var database = new Database(path, connection);
        try
        {
            _ = database.Do(() =>
            {
                connection.Open();
                if (mode != SqliteOpenMode.ReadOnly) connection.Execute("PRAGMA synchronous = FULL");
                return true;
            });
            return database;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
