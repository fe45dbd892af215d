namespace Coffer.Domain.Security.SignIn;

/// <summary>How fast wrong passwords make the next try wait.</summary>
/// <param name="Free">Wrong passwords that cost nothing: people mistype.</param>
/// <param name="Longest">The most that a try waits.</param>
public sealed record SignInPace(int Free, TimeSpan Longest)
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(1);

    /// <summary>
    /// At most about a hundred tries a day, and whoever tries on a stranger's account keeps its owner out for no more
    /// than a quarter of an hour.
    /// </summary>
    public static SignInPace OfAccount { get; } = new(5, TimeSpan.FromMinutes(15));

    /// <summary>Many people may share an address; who tries many accounts from one waits for all of them.</summary>
    public static SignInPace OfAddress { get; } = new(20, TimeSpan.FromHours(1));

    /// <summary>The wait after so many wrong passwords in a row: 1 s, doubled each time, up to the longest.</summary>
    public TimeSpan After(int failures)
    {
        var wait = failures > Free ? s_first : TimeSpan.Zero;
        for (int i = Free + 1; i < failures && wait < Longest; i++) wait *= 2;
        return wait < Longest ? wait : Longest;
    }
}

/// <summary>
/// The wrong passwords and second factors of one account, or from one address. Both are asked before a password is
/// looked at, also for accounts that do not exist; a try made while waiting is refused and not counted, so that the
/// wait comes to an end. A right password clears its account and not its address: else one's own account would pay
/// for tries on others'.
/// </summary>
public sealed record SignInThrottle(SignInPace Pace, int Failures = 0, DateTimeOffset LastFailure = default)
{
    /// <summary>A day without a wrong password forgets the earlier ones.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromHours(24);

    /// <summary>When the next try is looked at; a time that has passed where it is now.</summary>
    public DateTimeOffset NextTry => LastFailure + Pace.After(Failures);

    /// <summary>Null where a try may be made. Code: <c>signin.wait</c>.</summary>
    /// <remarks>
    /// Nor is anybody kept out by a failure of the future: the clock went back, and the wait could last years.
    /// </remarks>
    public Fault? Refusal(DateTimeOffset now) => now >= NextTry || now < LastFailure
        ? null
        : new Fault("signin.wait", FaultKind.Refused,
            "Too many wrong passwords or codes.",
            $"Try again in {Math.Ceiling((NextTry - now).TotalSeconds):0} s.");

    public SignInThrottle AfterFailure(DateTimeOffset now) => this with
    {
        Failures = now - LastFailure >= Memory ? 1 : Math.Min(Failures + 1, int.MaxValue - 1),
        LastFailure = now,
    };

    public SignInThrottle AfterSuccess() => new(Pace);
}
