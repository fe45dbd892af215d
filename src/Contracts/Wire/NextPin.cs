namespace Coffer.Contracts.Wire;

/// <summary>The key that a service's certificate will have, told before it is in use.</summary>
/// <param name="Pin">SHA-256 of the public key (SubjectPublicKeyInfo).</param>
/// <param name="From">When the service changes over to it.</param>
public sealed record NextPin(byte[] Pin, DateTimeOffset From)
{
    public const int PinSize = 32;

    /// <summary>Product: so long before it takes effect.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromDays(30);

    /// <summary>
    /// What lies further ahead is not believed: a key that is good for nothing yet had better not be trusted for years.
    /// </summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(90);
}
