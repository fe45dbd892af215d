using Coffer.Domain;
using Coffer.Vault.Security;
using Coffer.Vault.Serving;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Coffer.Server.Management;

/// <summary>Who a request turned out to come from, so that a refusal is recorded under that name.</summary>
internal static class Callers
{
    private const string Key = "coffer-caller";

    // What every client meets now and then and asks anew for is no event.
    private static readonly string[] s_ordinary = ["machine.token", "signin.needed", "vault.unknown"];

    public static void Note(HttpContext context, ServedVault vault, string name) =>
        context.Items[Key] = new Known(vault, name);

    /// <summary>Records a refusal in the audit log of the vault that refused.</summary>
    public static void Refused(HttpContext context, Fault fault)
    {
        if (fault.Kind != FaultKind.Refused || s_ordinary.Contains(fault.Code)) return;
        if (context.Items[Key] is not Known known) return;
        known.Vault.NoteRefusal(known.Name, OperationOf(context), fault.Code);
    }

    private static string OperationOf(HttpContext context) => context.GetEndpoint() switch
    {
        { } endpoint when endpoint.Metadata.GetMetadata<UseCase>() is { } useCase => useCase.Name,
        RouteEndpoint route => $"{context.Request.Method} {route.RoutePattern.RawText}",
        _ => context.Request.Method,
    };

    private sealed record Known(ServedVault Vault, string Name);
}
