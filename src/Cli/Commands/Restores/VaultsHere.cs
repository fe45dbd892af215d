using System.Text;
using Coffer.Domain;
using Coffer.Vault;

namespace Coffer.Cli.Commands.Restores;

/// <summary>Folders that hold a vault now, whoever's: nothing is restored into one.</summary>
internal sealed class VaultsHere
{
    private readonly List<byte[]> _met = [];

    /// <summary>Those that were asked about and are one, each once.</summary>
    public IReadOnlyList<byte[]> Met => _met;

    public bool IsOne(byte[] path)
    {
        if (!Look(path)) return false;
        if (!_met.Exists(met => met.AsSpan().SequenceEqual(path))) _met.Add(path);
        return true;
    }

    /// <summary>The path itself and the folders around it that are one.</summary>
    public IEnumerable<byte[]> Around(byte[] path)
    {
        for (int end = path.Length; end > 0; end = path.AsSpan(0, end).LastIndexOf((byte)'/'))
            if (Look(path[..end])) yield return path[..end];
    }

    private static bool Look(byte[] path)
    {
        try
        {
            return EmbeddedVault.Look(Encoding.UTF8.GetString(path)) == VaultFolderKind.Vault;
        }
        catch (Exception e) when (e is FaultException or IOException)
        {
            return false; // what cannot be looked into, or lies too deep to be named, is nobody's vault here
        }
    }
}
