using System.Reflection;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Server.Hosting;
using Coffer.Server.Management;
using Coffer.Vault.Serving;
using Microsoft.AspNetCore.Http;

namespace Coffer.Server.Data;

/// <summary>
/// A request of a machine that has shown who it is. An endpoint that takes one cannot be reached without a token, and
/// reaches nothing but what that machine may use.
/// </summary>
internal sealed record MachineRequest(HttpContext Http, MachineAccess Vault)
{
    private const string Scheme = "Bearer ";

    public CancellationToken Aborted => Http.RequestAborted;

    public string? Pin => CallerRequest.PinOf(Http);

    /// <summary>Called by the framework before the endpoint.</summary>
    public static ValueTask<MachineRequest> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var vault = VaultRequest.VaultOf(context);
        var machine = vault.Enter(BearerOf(context)
            ?? throw FaultException.Refused(Problem.TokenInvalid, "This needs a machine's token."));
        Callers.Note(context, vault, machine.Name);
        return new ValueTask<MachineRequest>(new MachineRequest(context, machine));
    }

    /// <summary>Null where the request brings none.</summary>
    public static string? BearerOf(HttpContext context)
    {
        string header = context.Request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.Ordinal) ? header[Scheme.Length..] : null;
    }
}

/// <summary>A request to a vault by whoever it is.</summary>
internal sealed record VaultRequest(HttpContext Http, ServedVault Vault)
{
    private static readonly object s_use = new();

    public static ValueTask<VaultRequest> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var vault = VaultOf(context);
        Callers.Note(context, vault, $"address {Connections.AddressOf(context)}");
        return new ValueTask<VaultRequest>(new VaultRequest(context, vault));
    }

    /// <summary>
    /// The vault that the address names; it stays open until the answer has been sent. Every address of a vault begins
    /// here, so none answers a network that the vault does not.
    /// </summary>
    /// <exception cref="FaultException"><c>vault.unknown</c>, <c>network.refused</c>.</exception>
    public static ServedVault VaultOf(HttpContext context)
    {
        if (context.Items[s_use] is VaultUse entered) return entered.Vault;
        var use = context.RequestServices.GetRequiredService<ServedVaults>()
            .Enter((string?)context.GetRouteValue("vault"));
        context.Response.RegisterForDispose(use);
        if (!Connections.IsConsole(context)) RequireNetwork(context, use.Vault);
        context.Items[s_use] = use;
        return use.Vault;
    }

    private static void RequireNetwork(HttpContext context, ServedVault vault)
    {
        try
        {
            vault.RequireNetwork(context.Connection.RemoteIpAddress
                ?? throw new InvalidOperationException("a request came over the network from nowhere"));
        }
        catch (FaultException)
        {
            Callers.Note(context, vault, $"address {Connections.AddressOf(context)}"); // who it is was not asked
            throw;
        }
    }
}
