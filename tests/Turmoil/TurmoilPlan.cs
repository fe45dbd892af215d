using System.Globalization;

namespace Coffer.Turmoil;

/// <summary>
/// <c>COFFER_TURMOIL</c>: for how many seconds; <c>COFFER_SEED</c>: what is drawn, though not who comes first.
/// </summary>
internal static class TurmoilPlan
{
    private const int UsualSeconds = 60;

    public static int Seconds { get; } = Number("COFFER_TURMOIL") ?? UsualSeconds;

    public static int Seed { get; } = Number("COFFER_SEED") ?? Random.Shared.Next();

    private static int? Number(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
        ? int.Parse(text, CultureInfo.InvariantCulture)
        : null;
}
