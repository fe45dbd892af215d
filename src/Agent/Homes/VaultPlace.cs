using Coffer.Contracts.Http;

namespace Coffer.Agent.Homes;

/// <summary>Where a machine's vault is: in a folder that this machine sees, or at a service.</summary>
public sealed record VaultPlace
{
    private VaultPlace(string? folder, ServiceAddress? service) => (Folder, Service) = (folder, service);

    /// <summary>Absolute; null where the vault is served.</summary>
    public string? Folder { get; }

    /// <summary>Null where the vault is a folder.</summary>
    public ServiceAddress? Service { get; }

    public static VaultPlace Of(string folder) => new(folder, null);

    public static VaultPlace Of(ServiceAddress service) => new(null, service);

    /// <summary>For people.</summary>
    public override string ToString() => Folder ?? Service!.Address.ToString();
}
