using System.Globalization;
using Coffer.Domain;
using Coffer.Storage.Folders;

namespace Coffer.Vault.Recovering;

/// <summary>
/// Takes damaged databases out of the way under a name that says what they are, and puts others in their place. Nothing
/// is deleted but what an earlier recovery had begun to make.
/// </summary>
internal sealed class KeptAside(OwnedFolder folder, DateTimeOffset now)
{
    private const string NewSuffix = ".new";

    private readonly List<string> _names = [];

    public IReadOnlyList<string> Names => _names;

    /// <summary>An empty file beside a database, which is to take its place.</summary>
    public string BeginNew(string name)
    {
        foreach (string suffix in (string[])["", "-wal", "-shm", "-journal"])
            if (folder.Has(name + NewSuffix + suffix)) folder.Remove(name + NewSuffix + suffix);
        folder.MakeFile(name + NewSuffix);
        return folder.PathOf(name + NewSuffix);
    }

    /// <summary>
    /// The database goes first, so that whoever dies here leaves a vault that is refused, and not one whose database
    /// lacks its log; the new one comes when no log of the old is left, which would be taken for its own.
    /// </summary>
    public void Replace(string name)
    {
        // Its maker has emptied it into the file.
        folder.Remove(name + NewSuffix + "-wal");
        Take(name);
        foreach (string suffix in (string[])["-wal", "-shm", "-journal"]) Take(name + suffix);
        folder.Rename(name + NewSuffix, name);
    }

    public void Take(string name)
    {
        string stamp = now.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        string aside = $"{name}.damaged-{stamp}";
        for (int i = 2; folder.Has(aside); i++)
            aside = string.Create(CultureInfo.InvariantCulture, $"{name}.damaged-{stamp}-{i}");
        if (folder.Rename(name, aside)) _names.Add(folder.PathOf(aside));
    }
}
