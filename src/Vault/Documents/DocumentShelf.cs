using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Coffer.Contracts.Wire;
using Coffer.Format.Records;
using Coffer.Storage;
using Coffer.Vault.Auditing;
using Coffer.Vault.Catalogs;
using Coffer.Vault.Opening;
using Coffer.Vault.Records;

namespace Coffer.Vault.Documents;

/// <summary>What documents of one kind are called on disk, never renamed, and how they are read.</summary>
internal sealed record DocumentKind<T>(string Name, JsonTypeInfo<T> Json)
    where T : class;

/// <summary>
/// What people decided about the vault: small, few, and never to be lost. Each state is a durable record before it is
/// a row. Who looks at one and then changes it holds <see cref="OpenVault.DocumentTurn"/> from the look on.
/// </summary>
internal sealed class DocumentShelf(OpenVault vault)
{
    public T? Find<T>(DocumentKind<T> kind, string id)
        where T : class =>
        vault.Catalog.Documents.Find(kind.Name, id) is { } json ? Decode(kind, json) : null;

    public List<T> All<T>(DocumentKind<T> kind)
        where T : class =>
        [.. vault.Catalog.Documents.All(kind.Name).Select(row => Decode(kind, row.Json)).OfType<T>()];

    /// <summary>
    /// Which of two documents was written later, as whatever the clock showed: the later one has the higher number.
    /// </summary>
    public long? OrderOf<T>(DocumentKind<T> kind, string id)
        where T : class =>
        vault.Catalog.Documents.RecordOf(kind.Name, id);

    /// <param name="document">Null: there is none any more.</param>
    public void Put<T>(DocumentKind<T> kind, string id, T? document)
        where T : class
    {
        byte[] bytes = document is null ? "null"u8.ToArray() : JsonSerializer.SerializeToUtf8Bytes(document, kind.Json);
        lock (vault.DocumentTurn)
        {
            vault.Step(() =>
            {
                long counter = vault.Records.Write(RecordLog.VaultScope, RecordKind.Document, json =>
                {
                    json.WriteString("documentKind"u8, kind.Name);
                    json.WriteString("id"u8, id);
                    json.WritePropertyName("json"u8);
                    json.WriteRawValue(bytes);
                });
                vault.Catalog.Documents.Put(kind.Name, id, counter, bytes);
            });
        }
    }

    /// <summary>
    /// Brings rows up to what records say: those of a writer that died in between, or all of them into a new catalog.
    /// </summary>
    public static void Settle(Catalog catalog, IObjectStore store, PassedOver passed)
    {
        long after = Math.Max(catalog.Documents.LastRecord(), catalog.Audit.LastRecord());
        foreach (var (counter, found) in RecordLog.Read(
            store, RecordLog.VaultScope, RecordKind.Document, after, json => (
                Kind: json.Text("documentKind"), Id: json.Text("id"),
                Json: System.Text.Encoding.UTF8.GetBytes(json.Child("json").GetRawText())), passed))
            catalog.Documents.Put(found.Kind, found.Id, counter, found.Json);
        foreach (var (counter, entry) in RecordLog.Read(
            store, RecordLog.VaultScope, RecordKind.Audit, after, AuditLog.Read, passed))
            catalog.Audit.Insert(entry, counter);
    }

    private static T? Decode<T>(DocumentKind<T> kind, byte[] json)
        where T : class =>
        json.AsSpan().SequenceEqual("null"u8) ? null : WireMessage.Decode(json, kind.Json, $"a {kind.Name} document");
}
