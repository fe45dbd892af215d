namespace Coffer.Contracts.Management;

/// <summary>The networks that a vault answers.</summary>
/// <param name="Networks">As <c>10.1.0.0/16</c> or <c>2001:db8::/32</c>; empty: it answers everybody.</param>
public sealed record NetworksView(IReadOnlyList<string> Networks);

/// <summary>Sets the networks that a vault answers, in place of all before.</summary>
/// <param name="Networks">Addresses, or networks as CIDR has them; empty: it answers everybody.</param>
/// <param name="MayExcludeMe">The caller knows that he is answered no more.</param>
public sealed record NetworksRequest(IReadOnlyList<string> Networks, bool MayExcludeMe = false);
