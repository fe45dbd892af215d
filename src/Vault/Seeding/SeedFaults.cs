using Coffer.Domain;

namespace Coffer.Vault.Seeding;

/// <summary>What can be wrong with a seed, worded once.</summary>
internal static class SeedFaults
{
    public static FaultException Empty() => FaultException.Failed(
        "seed.empty", "The seed has no recovery point yet.", "Run `coffer seed export` again.");

    public static FaultException TooLarge() => FaultException.Refused(
        "seed.too-large", $"A seed has at most {Limits.SeedPacks} packs and {Limits.SeedPoints} data sources.",
        "Back up over the network, or take paths off the policy for the seed.");

    public static FaultException Path(string folder) => FaultException.Usage(
        "seed.folder", $"'{folder}' is no absolute path.", "Name the folder from the root.");

    public static FaultException None(string folder) => FaultException.Usage(
        "seed.none", $"There is no seed in {folder}.",
        "Name the folder that `coffer seed export` wrote to; its disk must be mounted, and the export have ended.");

    public static FaultException Unreadable(string what, Exception? inner = null) => FaultException.Failed(
        "seed.unreadable", $"The seed cannot be read: {what.TrimEnd('.')}.",
        "See that its disk is there, and that the user whom the service runs as may read it (chown -R); then import"
            + " again: what is in the vault is not taken twice.", inner);

    public static FaultException Busy(string folder) => FaultException.Refused(
        "seed.busy", $"The seed in {folder} is being imported.",
        "Wait for its end, which `coffer-vault seed status` shows.");

    public static Fault Foreign(string machine, string why) => new(
        "seed.foreign", FaultKind.Refused, $"The seed of {machine} is not taken: {why}.",
        "Import it into the vault that it was made for; or export it anew on a machine that is registered there.");

    public static Fault Backed(string source) => new(
        "seed.source-busy", FaultKind.Failed, $"{source} is being backed up by its server now.",
        "Import again when that backup has ended.");

    public static Fault Older(string source, long sequence, long highest) => new(
        "seed.older", FaultKind.Refused,
        $"{source}: the seed's recovery point has number {sequence}, and the vault has had number {highest}.",
        "The server has backed up since the seed was made: it goes on from there, and the seed is not needed.");

    public static Fault Pack(string pack, string why) => new(
        "seed.pack", FaultKind.Failed, $"Pack {pack} is not taken: {why.TrimEnd('.')}.",
        "The server's next backup sends what was in it.");

    public static Fault Point(string source, string why) => new(
        "seed.point", FaultKind.Failed, $"The recovery point of {source} is not taken: {why.TrimEnd('.')}.",
        "Copy the seed anew and import again; or let the server back up, which sends what is missing.");

    public static Fault Damaged(string file, string why) => new(
        "seed.damaged", FaultKind.Failed, $"{file} is damaged: {why.TrimEnd('.')}.",
        "Copy the seed anew, or run `coffer seed export` again on its machine.");
}
