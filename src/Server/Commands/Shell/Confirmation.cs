using System.CommandLine;
using Coffer.Domain;

namespace Coffer.Server.Commands.Shell;

/// <summary>
/// Where data will be lost, whoever asks for it types the name of what it is about; no option says yes to it.
/// </summary>
internal static class Confirmation
{
    public static Option<string?> Option(string what) => new("--confirm")
    {
        Description = $"Instead of typing it when asked: {what}, exactly",
        HelpName = "NAME",
    };

    /// <param name="given">What <c>--confirm</c> said; null where it was not given.</param>
    /// <exception cref="FaultException"><c>confirm.name</c>, <c>confirm.needed</c>.</exception>
    public static void Require(Report report, string name, string? given)
    {
        if (given is null && !report.CanAsk)
            throw FaultException.Usage("confirm.needed",
                $"This is done only once '{name}' has been named, and there is nobody to ask.",
                $"Read what is about to happen, then give --confirm '{name}'.");
        if (given is null)
        {
            System.Console.Error.Write(Report.Plain($"Type {name} to go on: "));
            given = System.Console.In.ReadLine()?.Trim() ?? "";
        }
        if (given != name)
            throw FaultException.Usage("confirm.name",
                $"The name given is not that of what this is about: '{name}'.", $"Type exactly {name}.");
    }
}
