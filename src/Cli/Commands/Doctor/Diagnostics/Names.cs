using System.Globalization;

namespace Coffer.Cli.Commands.Doctor.Diagnostics;

/// <summary>
/// Names of what is protected, or a stand-in for each: the same one each time, so that it can be seen which places
/// speak of one file.
/// </summary>
internal sealed class Names(bool areShown)
{
    private readonly Dictionary<string, string> _standIns = [];

    public bool AreShown => areShown;

    public string Of(string name)
    {
        if (areShown || name is "" or "/") return name;
        if (_standIns.TryGetValue(name, out string? known)) return known;
        string standIn = string.Create(CultureInfo.InvariantCulture, $"name-{_standIns.Count + 1}");
        _standIns.Add(name, standIn);
        return standIn;
    }
}
