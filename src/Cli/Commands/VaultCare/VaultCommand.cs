using Coffer.Cli.Commands.VaultCare.Clock;
using Coffer.Cli.Shell;

namespace Coffer.Cli.Commands.VaultCare;

/// <summary><c>coffer vault</c>: the same as <c>vault show</c>.</summary>
internal sealed class VaultCommand : KeylessCommand
{
    private readonly VaultShowCommand _show = new();

    public VaultCommand()
        : base("vault", "Show the vault, or look after it", "coffer vault", "coffer vault scrub")
    {
        Add(_show);
        Add(new VaultCheckCommand());
        Add(new VaultScrubCommand());
        Add(new VaultCollectCommand());
        Add(new VaultGiveUpCommand());
        Add(new VaultRecoverCommand());
        Add(new VaultTimeCommand());
    }

    public override Task<Outcome> RunAsync(Invocation invocation) => _show.RunAsync(invocation);
}
