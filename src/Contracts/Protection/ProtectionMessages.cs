using Coffer.Domain.Protection;

namespace Coffer.Contracts.Protection;

/// <summary>Stops the protection of one data source.</summary>
/// <param name="Reason">For those who read of it later; may be left out.</param>
public sealed record StopRequest(StopWay Way, string? Reason = null);

/// <param name="Points">That the source has.</param>
/// <param name="RestorableUntil">When deleted points are destroyed; null where they are kept.</param>
public sealed record StopAnswer(int Points, DateTimeOffset? RestorableUntil);
