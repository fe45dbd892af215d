using Coffer.Domain;
using Coffer.Vault.Sqlite;

namespace Coffer.Vault.Databases;

/// <summary>
/// How the vault's own types stand in columns: ids as blobs, times as ticks of 100 ns UTC, so that a row says exactly
/// what its record says.
/// </summary>
internal static class Rows
{
    public static void Bind(this SqliteCommand command, int index, ObjectId id)
    {
        Span<byte> bytes = stackalloc byte[Domain.ObjectId.Size];
        id.CopyTo(bytes);
        command.Bind(index, bytes);
    }

    public static void Bind(this SqliteCommand command, int index, Id128 id)
    {
        Span<byte> bytes = stackalloc byte[Domain.Id128.Size];
        id.CopyTo(bytes);
        command.Bind(index, bytes);
    }

    public static void Bind(this SqliteCommand command, int index, DateTimeOffset time) =>
        command.Bind(index, time.UtcTicks);

    public static ObjectId ObjectId(this SqliteDataReader row, int column) =>
        new(Sized(row, column, Domain.ObjectId.Size));

    public static Id128 Id128(this SqliteDataReader row, int column) => new(Sized(row, column, Domain.Id128.Size));

    public static DateTimeOffset Time(this SqliteDataReader row, int column) =>
        new(row.GetInt64(column), TimeSpan.Zero);

    public static DateTimeOffset? MaybeTime(this SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.Time(column);

    public static byte[] Blob(this SqliteDataReader row, int column) => row.GetBlobSpan(column).ToArray();

    /// <summary>Runs a statement that gives rows and reads them all.</summary>
    public static List<T> All<T>(this SqliteCommand command, Func<SqliteDataReader, T> read)
    {
        var all = new List<T>();
        using var row = command.ExecuteReader();
        while (row.Read()) all.Add(read(row));
        return all;
    }

    /// <summary>The first row; the default where there is none.</summary>
    public static T? First<T>(this SqliteCommand command, Func<SqliteDataReader, T> read)
    {
        using var row = command.ExecuteReader();
        return row.Read() ? read(row) : default;
    }

    private static ReadOnlySpan<byte> Sized(SqliteDataReader row, int column, int size)
    {
        var bytes = row.GetBlobSpan(column);
        return bytes.Length == size
            ? bytes
            : throw new CorruptionException("a row of the vault's catalog", $"{size} bytes", $"{bytes.Length}");
    }
}
