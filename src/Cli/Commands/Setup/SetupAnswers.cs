using Coffer.Domain.Policies;

namespace Coffer.Cli.Commands.Setup;

/// <summary>Where the passphrase of a machine that registers comes from.</summary>
/// <param name="File">It is read from there; null: it is typed, or made and kept in the home.</param>
/// <param name="IsMade">It is made and written to <paramref name="File"/> first.</param>
/// <param name="Typed">Null where none was.</param>
internal sealed record PassphraseChoice(string? File, bool IsMade, string? Typed)
{
    public static PassphraseChoice MadeInHome { get; } = new(null, false, null);
}

/// <summary>Where the backups go.</summary>
/// <param name="Folder">Of an embedded vault; null of a served one.</param>
/// <param name="Credentials">The file by which this machine registers; null where it needs none.</param>
/// <param name="IsThere">The folder holds a vault already, or this machine is registered.</param>
internal sealed record VaultChoice(string? Folder, string? Credentials, bool IsThere);

/// <summary>All that the wizard was told.</summary>
/// <param name="Passphrase">Null where none is needed, or the command asks itself.</param>
/// <param name="Paths">To be added, as typed.</param>
/// <param name="Exclusions">Likewise.</param>
/// <param name="Changes">Options of <c>policy set</c> and their values; none where schedule and retention stay.</param>
/// <param name="Policy">With that schedule and that retention.</param>
internal sealed record SetupAnswers(
    VaultChoice Vault, PassphraseChoice? Passphrase, IReadOnlyList<string> Paths, IReadOnlyList<string> Exclusions,
    IReadOnlyDictionary<string, string> Changes, ProtectionPolicy Policy)
{
    public bool InstallsService { get; init; }

    public bool BacksUp { get; init; }
}
