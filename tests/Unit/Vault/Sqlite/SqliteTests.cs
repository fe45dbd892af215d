using Coffer.Vault.Sqlite;

namespace Coffer.Unit.Vault.Sqlite;

public sealed class SqliteTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("coffer-sqlite-").FullName;
    private readonly SqliteConnection _db;

    public SqliteTests() => _db = Open();

    [Fact]
    public void Values_OfEverySort_ComeBack()
    {
        object?[] values =
            [long.MinValue, 1.5, "a 'quoted' ä 𝄞 \0 end", "", new byte[] { 0, 255 }, Array.Empty<byte>(), null];
        using var command = _db.CreateCommand("SELECT $a, typeof($a)");
        command.Parameters.AddWithValue("$a", null);
        string[] types = ["integer", "real", "text", "text", "blob", "blob", "null"];
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[0].Value = values[i];
            using var reader = command.ExecuteReader();
            reader.Read().ShouldBeTrue();
            reader.GetValue(0).ShouldBe(values[i] ?? DBNull.Value);
            reader.GetString(1).ShouldBe(types[i]);
            reader.Read().ShouldBeFalse();
        }
    }

    [Fact]
    public void Blob_OfManyMegabytes_ComesBackBySpanArrayAndParts()
    {
        byte[] blob = new byte[5_000_000];
        new Random(1).NextBytes(blob);
        using var command = _db.CreateCommand("SELECT ?, ?2");
        command.Bind(1, blob);
        command.Bind(2, "x");
        using var reader = command.ExecuteReader();
        reader.Read();
        reader.GetBlobSpan(0).SequenceEqual(blob).ShouldBeTrue();
        reader.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(blob).ShouldBeTrue();
        byte[] part = new byte[10];
        reader.GetBytes(0, 4_999_995, part, 2, 8).ShouldBe(5);
        part.ShouldBe([0, 0, .. blob[^5..], 0, 0, 0]);
    }

    [Fact]
    public void Reader_ClosedAtTheFirstRowOfAChangeThatCannotBeCommitted_TellsOfIt()
    {
        // A deferred reference is looked at by the commit, which here is part of the reader's closing.
        _db.Execute("PRAGMA foreign_keys = ON; CREATE TABLE a (id INTEGER PRIMARY KEY);"
            + "CREATE TABLE b (a INTEGER REFERENCES a (id) DEFERRABLE INITIALLY DEFERRED)");
        var reader = _db.CreateCommand("INSERT INTO b VALUES (7) RETURNING a").ExecuteReader();
        reader.Read().ShouldBeTrue();
        Should.Throw<SqliteException>(reader.Close).SqliteErrorCode.ShouldBe(19);
        _db.CreateCommand("SELECT count(*) FROM b").ExecuteScalar().ShouldBe(0L);
    }

    [Fact]
    public void Prepared_ManyTimes_InsertsAndReadsInOrder()
    {
        _db.Execute("CREATE TABLE t (k INTEGER PRIMARY KEY, v BLOB); -- a comment\nCREATE INDEX i ON t (v);");
        using (var transaction = _db.BeginTransaction())
        {
            using var insert = _db.CreateCommand("INSERT INTO t VALUES (?, ?)");
            insert.Prepare();
            Span<byte> value = stackalloc byte[4];
            for (int i = 0; i < 10_000; i++)
            {
                BitConverter.TryWriteBytes(value, i);
                insert.Bind(1, i);
                insert.Bind(2, (ReadOnlySpan<byte>)value);
                insert.ExecuteNonQuery().ShouldBe(1);
            }
            transaction.Commit();
        }
        using var select = _db.CreateCommand("SELECT k, v FROM t ORDER BY k");
        using var reader = select.ExecuteReader();
        int next = 0;
        for (; reader.Read(); next++)
        {
            reader.GetInt32(0).ShouldBe(next);
            BitConverter.ToInt32(reader.GetBlobSpan(1)).ShouldBe(next);
        }
        next.ShouldBe(10_000);
        _db.Execute("UPDATE t SET v = NULL WHERE k < 10; DELETE FROM t WHERE k < 3; CREATE TABLE u (x)").ShouldBe(13);
    }

    [Fact]
    public void Transaction_DisposedOrClosed_RollsBack()
    {
        _db.Execute("CREATE TABLE t (k)");
        using (_db.BeginTransaction()) _db.Execute("INSERT INTO t VALUES (1)");
        Count(_db).ShouldBe(0);
        _db.BeginTransaction();
        Should.Throw<InvalidOperationException>(() => _db.BeginTransaction());
        _db.Execute("INSERT INTO t VALUES (1)");
        _db.Close();
        _db.Open();
        Count(_db).ShouldBe(0);
    }

    [Fact]
    public void Write_WhileAnotherWrites_IsBusy()
    {
        _db.Execute("CREATE TABLE t (k)");
        using var other = Open();
        other.Execute("PRAGMA busy_timeout = 1");
        using var transaction = _db.BeginTransaction();
        Should.Throw<SqliteException>(() => other.BeginTransaction()).SqliteErrorCode.ShouldBe(5);
        transaction.Commit();
        using var free = other.BeginTransaction();
    }

    [Fact]
    public void Insert_SameKeyTwice_IsAConstraintWithItsExtendedCode()
    {
        _db.Execute("CREATE TABLE t (k BLOB PRIMARY KEY) WITHOUT ROWID; INSERT INTO t VALUES (x'01')");
        using var insert = _db.CreateCommand("INSERT INTO t VALUES (@k)");
        insert.Parameters.AddWithValue("k", new byte[] { 1 });
        var error = Should.Throw<SqliteException>(() => insert.ExecuteNonQuery());
        (error.SqliteErrorCode, error.SqliteExtendedErrorCode).ShouldBe((19, 1555));
        insert.Parameters["k"].Value = new ReadOnlyMemory<byte>([2]);
        insert.ExecuteNonQuery().ShouldBe(1);
    }

    [Fact]
    public void Open_ReadOnlyMissingOrNoDatabase_SaysWhich()
    {
        _db.Execute("CREATE TABLE t (k)");
        using var reader = Open(SqliteOpenMode.ReadOnly);
        Should.Throw<SqliteException>(() => reader.Execute("INSERT INTO t VALUES (1)")).SqliteErrorCode.ShouldBe(8);
        Should.Throw<SqliteException>(() => Open(SqliteOpenMode.ReadWrite, "none.db")).SqliteErrorCode.ShouldBe(14);
        File.WriteAllText(Path.Combine(_folder, "text.db"), new string('x', 4096));
        using var text = Open(SqliteOpenMode.ReadWrite, "text.db");
        Should.Throw<SqliteException>(() => text.Execute("SELECT * FROM sqlite_schema")).SqliteErrorCode.ShouldBe(26);
    }

    [Fact]
    public void Execute_ParameterForgotten_Throws()
    {
        using var command = _db.CreateCommand("SELECT ?, ?");
        command.Bind(1, 1);
        Should.Throw<InvalidOperationException>(() => command.ExecuteScalar());
    }

    [Fact]
    public void Read_NullOrNoColumn_Throws()
    {
        using var command = _db.CreateCommand("SELECT NULL AS n");
        using var reader = command.ExecuteReader();
        Should.Throw<InvalidOperationException>(() => reader.GetValue(0));
        reader.Read();
        reader.IsDBNull(reader.GetOrdinal("N")).ShouldBeTrue();
        Should.Throw<InvalidOperationException>(() => reader.GetInt64(0));
        Should.Throw<ArgumentOutOfRangeException>(() => reader.GetInt64(1));
        Should.Throw<InvalidOperationException>(() => command.ExecuteNonQuery());
    }

    [Fact]
    public void ConnectionString_OddPath_ComesBack()
    {
        var text = new SqliteConnectionStringBuilder { DataSource = "/a;b \"c\"=d", Mode = SqliteOpenMode.ReadOnly };
        var read = new SqliteConnectionStringBuilder(text.ToString());
        (read.DataSource, read.Mode, read.DefaultTimeout).ShouldBe((text.DataSource, text.Mode, 30));
        Should.Throw<ArgumentException>(() => new SqliteConnectionStringBuilder("Sauce=x"));
        new SqliteConnectionStringBuilder("Data Source=:memory:;Pooling=False").DataSource.ShouldBe(":memory:");
    }

    public void Dispose()
    {
        _db.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static long Count(SqliteConnection db)
    {
        using var command = db.CreateCommand("SELECT count(*) FROM t");
        return (long)command.ExecuteScalar()!;
    }

    private SqliteConnection Open(SqliteOpenMode mode = SqliteOpenMode.ReadWriteCreate, string file = "a.db")
    {
        string path = Path.Combine(_folder, file);
        var db = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, DefaultTimeout = 5 }.ToString());
        db.Open();
        return db;
    }
}
