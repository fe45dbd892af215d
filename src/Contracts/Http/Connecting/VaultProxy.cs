namespace Coffer.Contracts.Http.Connecting;

/// <summary>
/// An HTTP proxy that is asked to connect to the vault (CONNECT). It sees where to and how much, and nothing else: what
/// goes through it is sealed to the vault's own key.
/// </summary>
/// <param name="Address"><c>http://host:port</c>, without user and password.</param>
/// <param name="User">Null where it wants none.</param>
/// <param name="Password">Sent as HTTP Basic or Digest, whichever the proxy asks for; never told.</param>
public sealed record VaultProxy(Uri Address, string? User = null, string? Password = null)
{
    /// <summary>Without user and password: this ends up in messages.</summary>
    public override string ToString() => $"{Address.Host}:{Address.Port}";
}
