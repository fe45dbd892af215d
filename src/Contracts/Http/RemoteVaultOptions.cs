using Coffer.Contracts.Http.Connecting;
using Coffer.Contracts.Http.Throttling;
using Coffer.Domain;

namespace Coffer.Contracts.Http;

/// <summary>How a served vault is reached, and by whom.</summary>
public sealed record RemoteVaultOptions
{
    public required ServiceAddress Service { get; init; }

    /// <summary>Null while registering, and for who reads by a grant.</summary>
    public MachineIdentity? Identity { get; init; }

    public GrantIdentity? Grant { get; init; }

    /// <summary>The secret of a credentials file; null when registered.</summary>
    public byte[]? RegistrationSecret { get; init; }

    /// <summary>
    /// A security PIN for the one critical operation that this is opened for; null where none was given.
    /// </summary>
    public string? Pin { get; init; }

    /// <summary>
    /// Makes a file, on a local disk, that goes when it is closed: packs lie in such until the vault has them, at most
    /// six at once. Null for who backs nothing up.
    /// </summary>
    public Func<FileStream>? Spool { get; init; }

    /// <summary>Null: straight to the vault, whatever the environment says of proxies.</summary>
    public VaultProxy? Proxy { get; init; }

    /// <summary>Null: as fast as the line takes it, for short questions.</summary>
    public LineThrottle? Throttle { get; init; }

    /// <summary>Hears how the line does; null: nobody looks on.</summary>
    public LineWatch? Watch { get; init; }

    /// <summary>How long nothing may come through before the work is given up.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The machine's own; null for who has none yet. A session of another is not taken.</summary>
    public KeyspaceId? Keyspace { get; init; }

    /// <summary>
    /// Tells whether an envelope is one that the keyspace's own keys have signed. The vault's go into the heads of
    /// metadata packs, from which somebody may once have to open the data.
    /// </summary>
    public Func<byte[], bool> IsOwnEnvelope { get; init; } = static _ => true;

    /// <summary>
    /// Hears that the vault goes by other keys from now on, as it has told this machine over a pinned connection.
    /// </summary>
    public Action<ServiceAddress>? Followed { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Stands between this and the network; for tests.</summary>
    internal Func<HttpMessageHandler, HttpMessageHandler> Between { get; init; } = static network => network;
}
