using Coffer.Domain;

namespace Coffer.Contracts.Management;

/// <summary>The paths of the management API, below the service's address; its version is in them.</summary>
public static class ManagementRoutes
{
    public const string Root = "api/v1/vaults";

    /// <summary>Where the API's own description lies: OpenAPI, JSON.</summary>
    public const string Document = "/api/openapi.json";

    public static string Vault(VaultId vault) => $"{Root}/{vault}";
}
