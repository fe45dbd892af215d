using System.Reflection;
using Coffer.Domain;
using Coffer.Server.Data;
using Coffer.Vault.Management;
using Microsoft.AspNetCore.Http;

namespace Coffer.Server.Management;

/// <summary>
/// A request of a person who is signed in, of an API token, or of the console. An endpoint that takes one cannot be
/// reached by anybody else, and the vault judges what the caller may.
/// </summary>
internal sealed record CallerRequest(HttpContext Http, ManagedVault Vault)
{
    /// <summary>What a critical operation needs, made for just this.</summary>
    public const string PinHeader = "Coffer-Pin";

    public CancellationToken Aborted => Http.RequestAborted;

    public string? Pin => PinOf(Http);

    public static string? PinOf(HttpContext http) =>
        http.Request.Headers[PinHeader].ToString() is { Length: > 0 } pin ? pin : null;

    /// <summary>Called by the framework before the endpoint.</summary>
    /// <exception cref="FaultException"><c>signin.needed</c>.</exception>
    public static ValueTask<CallerRequest> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var served = VaultRequest.VaultOf(context);
        string? bearer = MachineRequest.BearerOf(context);
        var vault = bearer is null && Connections.IsConsole(context)
            ? served.ManageAtConsole()
            : served.Manage(bearer ?? "");
        Callers.Note(context, served, vault.Caller.Name);
        return new ValueTask<CallerRequest>(new CallerRequest(context, vault));
    }
}
