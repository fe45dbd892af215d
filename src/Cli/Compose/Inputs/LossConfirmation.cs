using Coffer.Cli.Shell;
using Coffer.Domain;

namespace Coffer.Cli.Compose.Inputs;

/// <summary>
/// Where data will be lost, whoever asks for it types the name of what it is about; no option says yes to it.
/// </summary>
internal static class LossConfirmation
{
    /// <param name="given">What <c>--confirm</c> said; null where it was not given.</param>
    /// <exception cref="FaultException"><c>confirm.name</c>, <c>confirm.needed</c>.</exception>
    public static void Require(Invocation invocation, string name, string? given)
    {
        if (given is null && !invocation.Printer.CanAsk)
            throw FaultException.Usage("confirm.needed",
                $"This is done only once '{name}' has been named, and there is nobody to ask.",
                $"Read what is about to happen, then give --confirm '{name}'.");
        if (given is null)
        {
            invocation.Printer.Flush();
            Console.Error.Write($"Type {name} to go on: ");
            given = Console.ReadLine()?.Trim() ?? "";
        }

        if (given != name)
            throw FaultException.Usage("confirm.name",
                $"The name given is not that of what this is about: '{name}'.", $"Type exactly {name}.");
    }
}
