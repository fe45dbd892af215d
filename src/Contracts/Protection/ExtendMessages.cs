namespace Coffer.Contracts.Protection;

/// <summary>Keeps a point at least until a time.</summary>
public sealed record ExtendRequest(DateTimeOffset Until);

/// <param name="EndsAt">When the point goes by itself now; null: never.</param>
public sealed record ExtendAnswer(DateTimeOffset? EndsAt);
