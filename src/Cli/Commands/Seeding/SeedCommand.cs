using Coffer.Cli.Shell;

namespace Coffer.Cli.Commands.Seeding;

/// <summary><c>coffer seed</c>: a first backup that is carried to the vault.</summary>
internal sealed class SeedCommand : CofferCommand
{
    public SeedCommand()
        : base("seed", "Write the first backup to a disk that is carried to the vault",
            "coffer seed export /media/disk/seed") => Add(new SeedExportCommand());

    /// <exception cref="Domain.FaultException"><c>seed.verb</c>.</exception>
    public override Task<Outcome> RunAsync(Invocation invocation) => throw Domain.FaultException.Usage(
        "seed.verb", "What is to be done with a seed is not said.", "Give `coffer seed export DIR`.");
}
