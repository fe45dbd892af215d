using Coffer.Agent.Homes;
using Coffer.Cli.Shell;
using Coffer.Domain;

namespace Coffer.Cli.Commands.Protection;

/// <summary>A question to a vault for whose answer somebody sits and waits.</summary>
internal static class ShortQuestion
{
    /// <summary>
    /// In all. A line that is cut shows itself by silence alone; over a slow one a status is there sooner.
    /// </summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(8);

    /// <summary>As long as it takes where the vault is a folder of this machine.</summary>
    /// <param name="ask">Is stopped with the invocation that it is given.</param>
    /// <exception cref="FaultException"><c>vault.unreachable</c>: no answer in time.</exception>
    public static async Task<Outcome> AskAsync(
        Invocation invocation, VaultPlace place, Func<Invocation, Task<Outcome>> ask)
    {
        if (place.Service is null) return await ask(invocation);
        using var limit = new CancellationTokenSource(s_limit, invocation.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, invocation.Cancellation);
        var printer = invocation.Printer;
        bool isDrawn = printer.DrawsProgress && !printer.IsJson;
        if (isDrawn) printer.Progress($"Asking the vault at {place} …");
        try
        {
            return await ask(invocation.Within(either.Token));
        }
        catch (OperationCanceledException e) when (!invocation.Cancellation.IsCancellationRequested)
        {
            throw FaultException.Failed("vault.unreachable",
                $"The vault at {place} did not answer within {s_limit.TotalSeconds:0} seconds.",
                "Check the network, and that the service runs there; `coffer doctor` looks at the line.", e);
        }
        finally
        {
            if (isDrawn) printer.Progress("");
        }
    }

    /// <summary>The vault, or the way to it, is away just now; what else a vault says no to is no such thing.</summary>
    public static bool IsUnanswered(VaultPlace place, Fault fault) =>
        place.Service is not null && fault.Kind == FaultKind.Failed
        && (fault.Code.StartsWith("vault.", StringComparison.Ordinal)
            || fault.Code.StartsWith("proxy.", StringComparison.Ordinal));
}
