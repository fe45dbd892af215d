using System.Globalization;

namespace Coffer.Simulation.Lying;

/// <summary>One lie at one moment: told to the request of that number, of those that can be answered so.</summary>
/// <param name="Lasts">To all such requests from then on, as a full disk does.</param>
internal sealed record LiePlan(string Scenario, Lie Lie, int Number, bool Lasts)
{
    private const string LastsText = "on";

    private int _asked;

    public bool WasTold { get; private set; }

    public Lie Answer(Request request)
    {
        if (!CanBeToldTo(request)) return Lie.None;
        int number = Interlocked.Increment(ref _asked) - 1;
        if (number != Number && !(Lasts && number > Number)) return Lie.None;
        WasTold = true;
        return Lie;
    }

    public static LiePlan Parse(string text)
    {
        string[] parts = text.Split(':');
        int number = int.Parse(parts[2], CultureInfo.InvariantCulture);
        return new LiePlan(parts[0], Enum.Parse<Lie>(parts[1]), number, parts.Length > 3 && parts[3] == LastsText);
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Scenario}:{Lie}:{Number}") + (Lasts ? $":{LastsText}" : "");

    private bool CanBeToldTo(Request request) => Lie switch
    {
        Lie.Full => request is Request.Write or Request.Create or Request.MakeFolder,
        Lie.FlippedBit or Lie.ShortRead => request == Request.Read,
        Lie.LostAnswer => request is not (Request.Read or Request.Create),
        _ => true,
    };
}
