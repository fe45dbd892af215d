namespace Coffer.Domain.Time;

/// <summary>What a machine's clocks showed at one moment.</summary>
/// <param name="BootId">Differs after each start of the machine.</param>
/// <param name="SinceBoot">A clock that nobody can set, from the start of the machine on.</param>
/// <param name="Wall">The clock that people and time servers set.</param>
public readonly record struct ClockObservation(string BootId, TimeSpan SinceBoot, DateTimeOffset Wall);
