using Coffer.Domain;
using Coffer.Format.Records;
using Coffer.Storage.Folders;

namespace Coffer.Vault.Opening;

/// <summary>vault.json: what makes a folder a vault. Written once, last of all when a vault is made.</summary>
internal sealed record VaultFile(VaultId Id, string Name)
{
    public const string FileName = "vault.json";

    private const string Magic = "coffer-vault";
    private const int Version = 1;

    public void Write(OwnedFolder folder) => folder.WriteOnce(FileName, [.. CanonicalJson.Write(json =>
    {
        json.WriteString("format"u8, Magic);
        json.WriteNumber("formatVersion"u8, Version);
        json.WriteString("id"u8, Id.ToString());
        json.WriteString("name"u8, Name);
    }), (byte)'\n']);

    /// <summary>Null where the folder has none.</summary>
    /// <exception cref="FaultException"><c>vault.newer</c>, <c>vault.damaged</c>.</exception>
    public static VaultFile? Read(OwnedFolder folder)
    {
        string place = folder.PathOf(FileName);
        if (folder.ReadSmall(FileName) is not { } bytes) return null;
        try
        {
            return CanonicalJson.Read(bytes, place, json =>
            {
                if (json.Text("format") != Magic) throw new FormatException("it is of another program");
                long version = json.Number("formatVersion");
                if (version > Version) throw VaultFaults.Newer(place, version, Version);
                return new VaultFile(VaultId.Parse(json.Text("id")), json.Text("name"));
            });
        }
        catch (CorruptionException e)
        {
            throw VaultFaults.Damaged(place, "its text is not what Coffer wrote", e);
        }
    }
}
