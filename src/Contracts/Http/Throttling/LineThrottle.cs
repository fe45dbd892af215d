using Coffer.Domain.Throttling;

namespace Coffer.Contracts.Http.Throttling;

/// <summary>
/// Holds all connections that it is given to for a served vault to the machine's rates: together, but each direction by
/// itself, as lines have one rate up and another down. Bytes are counted below TLS, as they leave and arrive.
/// </summary>
public sealed class LineThrottle
{
    private readonly RateClock _rates;

    /// <param name="read">
    /// Reads the rules that hold now; null: none. Asked at once and then every half minute, while there is traffic;
    /// throws nothing once it has answered.
    /// </param>
    public LineThrottle(Func<ThrottleRules?> read, TimeProvider time)
    {
        _rates = new RateClock(read, time);
        (Up, Down) = (new Pacer(_rates, time), new Pacer(_rates, time));
    }

    /// <summary>At which rate somebody is held back just now; null: nobody is.</summary>
    public TransferRate? Holding => Up.IsHolding || Down.IsHolding ? _rates.Look().Rate : null;

    internal Pacer Up { get; }

    internal Pacer Down { get; }
}
