using System.CommandLine;
using Coffer.Agent.Browsing;
using Coffer.Cli.Compose;
using Coffer.Cli.Compose.Inputs;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Vault;
using Coffer.Vault.Checking;

namespace Coffer.Cli.Commands.VaultCare;

/// <summary>
/// <c>coffer vault give-up POINT…</c>: takes it as final that points have lost something, so that collection goes on.
/// </summary>
internal sealed class VaultGiveUpCommand : KeylessCommand
{
    private const string Purpose = "coffer vault give-up";

    private readonly Argument<string[]> _points = new("POINT")
    {
        Description = "Ids of damaged points, or the beginning of them; `coffer vault check` names them",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _yes = new("--yes")
    {
        Description = "Do not ask",
    };

    public VaultGiveUpCommand()
        : base("give-up", "Take it as final that damaged points have lost something, so that space can be freed again",
            "coffer vault give-up 4f1c09ab", "coffer vault give-up 4f1c09ab 77d0 --yes --json")
    {
        Add(_points);
        Options.Add(_yes);
    }

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        string folder = Vaults.FolderOf(invocation);
        var points = await LookAsync(invocation, folder);
        if (!await IsMeantAsync(invocation, points.Count)) return new Outcome(ExitCode.Cancelled);
        IReadOnlyList<HurtPoint> givenUp;
        await using (var vault = await Vaults.OpenForWritingAsync(invocation, folder, Purpose))
            givenUp = vault.GiveUp(points);
        invocation.Printer.Line(
            $"Gave up {Words.Count(givenUp.Count, "point")}. `coffer vault collect` frees what no point needs.");
        return new Outcome(ExitCode.Completed, json =>
        {
            json.WriteStartArray("points"u8);
            foreach (var point in givenUp) json.WriteStringValue(point.Point.ToString());
            json.WriteEndArray();
            json.WriteNumber("absent"u8, givenUp.Sum(point => point.AbsentTotal));
        });
    }

    /// <summary>Tells what each has lost; the vault's lock is not held while somebody thinks about it.</summary>
    /// <exception cref="FaultException"><c>point.unknown</c>, <c>point.ambiguous</c>, <c>point.sound</c>.</exception>
    private async Task<IReadOnlyCollection<ObjectId>> LookAsync(Invocation invocation, string folder)
    {
        await using var vault = await Vaults.OpenForReadingAsync(invocation, folder, Purpose);
        var all = await vault.ListPointsAsync(new PointFilter(), invocation.Cancellation);
        var points = invocation.Value(_points)!.Select(id => PointChooser.One(all, id).Id).ToHashSet();
        var check = vault.Check(null, () => true, points);
        EmbeddedVault.RequireHurt(check, points);
        await HurtPoints.TellAsync(invocation, vault, check);
        return points;
    }

    private async Task<bool> IsMeantAsync(Invocation invocation, int count)
    {
        if (invocation.Value(_yes)) return true;
        if (!invocation.Printer.CanAsk)
            throw FaultException.Usage(
                "point.unconfirmed", "There is nobody to ask whether these points are to be given up.",
                "Look at what they have lost, then say --yes.");
        return await Question.AgreesAsync(
            invocation,
            "What is named above is then taken for lost for good; all else of "
            + (count == 1 ? "the point" : $"the {Words.Count(count, "point")}")
            + " stays, and space is freed again. Give up?",
            isUsual: false);
    }
}
