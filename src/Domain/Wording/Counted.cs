using System.Globalization;

namespace Coffer.Domain.Wording;

/// <summary>A number of things, as people say it.</summary>
public static class Counted
{
    /// <summary><c>1 day</c>, <c>2 days</c>, <c>1,000 days</c>.</summary>
    /// <param name="one">Whose plural has an s.</param>
    public static string Of(long number, string one) => Of(number, one, one + "s");

    /// <summary><c>1 data source is</c>, <c>2 data sources are</c>.</summary>
    public static string Of(long number, string one, string many) =>
        number.ToString("N0", CultureInfo.InvariantCulture) + " " + (number == 1 ? one : many);
}
