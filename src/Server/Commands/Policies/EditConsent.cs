using System.CommandLine;
using Coffer.Domain;
using Coffer.Server.Commands.Shell;

namespace Coffer.Server.Commands.Policies;

/// <summary>
/// Whoever edits a policy has read what that changes: where protection gets weaker a name is typed, else a yes does.
/// </summary>
internal static class EditConsent
{
    public static Option<bool> Preview() => new("--preview") { Description = "Show what would change, and no more" };

    public static Option<bool> Yes() => new("--yes")
    {
        Description = "Do not ask; where protection gets weaker --confirm is needed all the same",
    };

    /// <exception cref="FaultException"><c>confirm.needed</c>, <c>confirm.name</c>.</exception>
    public static void Require(Report report, bool isWeaker, string name, bool isYes, string? confirmed)
    {
        if (isWeaker)
        {
            report.Note("This weakens protection.");
            Confirmation.Require(report, name, confirmed);
            return;
        }
        if (isYes) return;
        if (!report.CanAsk)
            throw FaultException.Usage("confirm.needed", "There is nobody to ask whether this is wanted.",
                "Look at it with --preview, then give --yes.");
        System.Console.Error.Write("Go on? [y/N] ");
        if (System.Console.In.ReadLine()?.Trim() is not ("y" or "yes"))
            throw FaultException.Usage("confirm.needed", "Nothing was changed.", "Answer y to go on.");
    }
}
