using Coffer.Domain;
using Coffer.Server.Hosting;
using Coffer.Vault;

namespace Coffer.Server.Commands.Care;

/// <summary>The vaults of a service that does not run.</summary>
internal static class VaultsInFolder
{
    /// <summary>All of them, or the one that is named, as folders; the data folder itself first.</summary>
    /// <param name="name">Name or id; null for all.</param>
    /// <exception cref="FaultException"><c>vault.choose</c>.</exception>
    public static IReadOnlyList<string> Of(string data, string? name)
    {
        var service = new ServiceFolder(data);
        string[] all = [service.Data, .. service.Vaults()];
        string[] found = name is null ? all : [.. all.Where(folder => IsCalled(service, folder, name))];
        return found.Length > 0 ? found : throw Choose(service, all);
    }

    /// <inheritdoc cref="Of"/>
    public static string One(string data, string? name) =>
        Of(data, name) is [var only] ? only : throw Choose(new ServiceFolder(data), Of(data, null));

    /// <summary>By its own word, or where that cannot be read by its folder.</summary>
    public static string NameOf(string folder) =>
        EmbeddedVault.Identify(folder)?.Name ?? Path.GetFileName(folder);

    private static bool IsCalled(ServiceFolder service, string folder, string name)
    {
        var known = EmbeddedVault.Identify(folder);
        return known?.Name == name || known?.Id.ToString() == name
            || (folder != service.Data && Path.GetFileName(folder) == name);
    }

    private static FaultException Choose(ServiceFolder service, IReadOnlyList<string> all) => FaultException.Usage(
        "vault.choose", $"In {service.Data} there are the vaults {string.Join(", ", all.Select(NameOf))}.",
        "Say which with --vault NAME.");
}
