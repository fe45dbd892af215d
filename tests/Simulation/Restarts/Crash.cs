using System.Globalization;

namespace Coffer.Simulation.Restarts;

/// <summary>One crash of a scenario, as it is told and repeated.</summary>
/// <param name="Position">Events of the log that happened before it.</param>
/// <param name="Seed">Of what becomes of what was not synced.</param>
/// <param name="Again">Events of the restart after which it crashed too; null where it did not.</param>
internal sealed record Crash(string Scenario, int Position, int Seed, int? Again = null)
{
    public static Crash Parse(string text)
    {
        string[] parts = text.Split(':');
        return new Crash(parts[0], Number(parts[1]), Number(parts[2]), parts.Length > 3 ? Number(parts[3]) : null);
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Scenario}:{Position}:{Seed}") + (Again is { } a ? $":{a}" : "");

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
