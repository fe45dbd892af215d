using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Vault.Registration;
using Coffer.Vault.Servers;
using Coffer.Vault.Serving;

namespace Coffer.Vault.Seeding;

/// <summary>
/// Takes the seeds of a folder into a served vault:
/// 1. each description is read, and judged: it must be for this vault, of a server that is registered in it, and signed
///    by that server's key. What is not is named and left;
/// 2. of each that is taken, the packs come in as if the server sent them (<see cref="SeedIntake"/>), then its points.
/// Nothing counts before a point is committed, so it may end anywhere; begun again, it takes what is not there yet.
/// </summary>
internal sealed class SeedImport(ServedVault vault, SeedFolder folder, SeedProgress progress)
{
    /// <exception cref="FaultException">The vault cannot take more, or the disk is gone; what is in stays.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var accepted = new List<(string Name, SeedManifest Seed, ServerDescription Server)>();
        foreach (string name in folder.Names())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryAccept(name) is not { } seed) continue;
            accepted.Add((name, seed.Seed, seed.Server));
            progress.Expect(seed.Seed.Packs, seed.Seed.PackBytes, seed.Seed.Points.Count);
        }
        foreach (var (name, seed, server) in accepted)
            await new SeedIntake(vault, folder, name, seed, server, progress).RunAsync(cancellationToken);
    }

    private (SeedManifest Seed, ServerDescription Server)? TryAccept(string name)
    {
        try
        {
            var (seed, message, signature) = folder.ReadManifest(name);
            var (server, refusal) = Judge(seed, message, signature);
            if (refusal is null) return (seed, server!);
            progress.Find(SeedFaults.Foreign(NameOf(seed), refusal));
        }
        catch (CorruptionException e)
        {
            progress.Find(SeedFaults.Damaged(name, e.Message));
        }
        return null;
    }

    // Why it is not taken; the server whose it is otherwise.
    private (ServerDescription? Server, string? Refusal) Judge(SeedManifest seed, byte[] message, byte[] signature)
    {
        var opened = vault.Engine.Opened;
        if (seed.Vault != vault.Id) return (null, $"it was made for the vault {seed.Vault}");
        if (opened.Catalog.Keyspaces.Find(seed.Keyspace) is not { } keyspace)
            return (null, "no server that is registered in this vault has its keys");
        if (!IsSigned(keyspace.AccessKey, message, signature))
            return (null, "it is not signed by the server's key, so somebody else made or changed it");
        if (opened.Catalog.Machines.Find(seed.Machine) is not { } server || server.Keyspace != seed.Keyspace)
            return (null, "its server is not registered in this vault");
        // Its signature is by the keyspace's key, which every member has: it does not tell whose the seed is.
        if (opened.Catalog.Machines.CountIn(seed.Keyspace) > 1)
            return (null, "its server shares its keyspace with others, any of whom could have made it");
        return ServerDesk.KeyInForce(opened, seed.Machine) is null
            ? (null, "its server's registration was ended")
            : (server, null);
    }

    private static bool IsSigned(byte[] accessKey, byte[] message, byte[] signature)
    {
        try
        {
            return PublicKeys.IsSigned(message, signature, accessKey);
        }
        catch (FaultException)
        {
            return false; // the key itself is what is lost
        }
    }

    // What nobody has proved is not shown at any length.
    private static string NameOf(SeedManifest seed) =>
        seed.MachineName.Length is > 0 and <= Limits.NameLength ? seed.MachineName : $"{seed.Machine}";
}
