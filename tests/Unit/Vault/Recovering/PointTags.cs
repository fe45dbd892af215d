using Coffer.Domain;
using Coffer.Format.Records;
using Coffer.Vault.Databases;
using Coffer.Vault.Records;
using Coffer.Vault.Sqlite;

namespace Coffer.Unit.Vault.Recovering;

/// <summary>Tags of a point, in its record and its row, as a commit that was given some would write them.</summary>
internal static class PointTags
{
    /// <param name="folder">Of a vault that is closed.</param>
    public static void Set(string folder, KeyspaceId keyspace, ObjectId point, params string[] tags)
    {
        foreach (string file in Directory.EnumerateFiles(
            Path.Combine(folder, "store", "records", keyspace.ToString()), $"*-{RecordKind.Point}"))
        {
            var record = CanonicalJson.Read(RecordFile.Decode(File.ReadAllBytes(file), file), file, PointRecord.Read);
            if (record.Id != point) continue;
            var tagged = record with { Tags = tags };
            File.WriteAllBytes(file, RecordFile.Encode(CanonicalJson.Write(tagged.Write)));
        }
        using var catalog = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(folder, "catalog.db"),
        }.ToString());
        catalog.Open();
        using var command = catalog.CreateCommand("UPDATE points SET tags = ?2 WHERE id = ?1");
        command.Bind(1, point);
        command.Bind(2, string.Join('\n', tags));
        command.ExecuteNonQuery();
    }
}
