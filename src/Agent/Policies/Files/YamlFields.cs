using System.Globalization;
using Coffer.Domain.Policies.Wording;
using YamlDotNet.RepresentationModel;

namespace Coffer.Agent.Policies.Files;

internal readonly record struct YamlText(string Text, int Line);

/// <summary>The fields of one mapping; what is wrong with them goes to the problems, with its line.</summary>
internal sealed class YamlFields
{
    private readonly string _place;
    private readonly int _line;
    private readonly Dictionary<string, YamlNode> _nodes = [];
    private readonly Dictionary<string, int> _lines;
    private readonly List<PolicyFileProblem> _problems;

    /// <param name="place">Names of the fields around it, with dots.</param>
    /// <param name="known">Names that there are.</param>
    public YamlFields(
        string place, YamlMappingNode map, string[] known, Dictionary<string, int> lines,
        List<PolicyFileProblem> problems)
    {
        (_place, _line, _lines, _problems) = (place, Line(map), lines, problems);
        foreach (var (key, value) in map.Children)
        {
            string name = (key as YamlScalarNode)?.Value ?? "";
            if (Array.IndexOf(known, name) < 0)
                problems.Add(new(Line(key), $"There is no '{name}' here.", $"There are {string.Join(", ", known)}."));
            else
                _nodes[name] = value;
            lines[NameOf(name)] = Line(key);
        }
    }

    public bool Has(string name) => _nodes.ContainsKey(name);

    public int LineOf(string name) => _lines.GetValueOrDefault(NameOf(name), _line);

    public string? Text(string name) => _nodes.GetValueOrDefault(name) switch
    {
        null => null,
        YamlScalarNode { Value: { } text } => text,
        _ => Wrong<string>(name, "This is no text.", $"Write {name}: and one value."),
    };

    public int? Number(string name)
    {
        if (Text(name) is not { } text) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)) return number;
        Wrong<string>(name, $"'{text}' is no number.", "Write it in digits.");
        return null;
    }

    /// <summary>One that must be there; 1 where it is not, and then that is told.</summary>
    public int Needed(string name)
    {
        int before = _problems.Count;
        if (Number(name) is { } number) return number;
        if (_problems.Count == before) Wrong<string>(name, $"It does not say how many {name}.", $"Write {name}: 12.");
        return 1;
    }

    public bool? Truth(string name) => Text(name) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        var text => Wrong<bool?>(name, $"'{text}' is neither true nor false.", "Write true or false."),
    };

    public T Choice<T>(string name, T usual, params (string Text, T Value)[] choices)
    {
        if (Text(name) is not { } text) return usual;
        foreach (var (each, value) in choices)
            if (each == text) return value;
        Wrong<string>(name, $"'{text}' is none of them.", $"Write {string.Join(", ", choices.Select(c => c.Text))}.");
        return usual;
    }

    /// <summary>One value, or a list of them.</summary>
    public IReadOnlyList<YamlText> Texts(string name) => _nodes.GetValueOrDefault(name) switch
    {
        null => [],
        YamlScalarNode { Value: { Length: > 0 } text } node => [new(text, Line(node))],
        YamlScalarNode => [],
        YamlSequenceNode row => [.. row.Children.Select(TextOf).OfType<YamlText>()],
        _ => Wrong<IReadOnlyList<YamlText>>(
            name, "This is no list.", "Write [one, two], or a line with - for each.") ?? [],
    };

    public List<T> Each<T>(string name, TryRead<T> read, string right)
    {
        var values = new List<T>();
        foreach (var (text, line) in Texts(name))
        {
            if (read(text, out var value)) values.Add(value);
            else _problems.Add(new(line, $"'{text}' cannot be read.", right));
        }
        return values;
    }

    /// <summary>Null where it is not there, or no mapping, which is told.</summary>
    public YamlFields? Below(string name, params string[] known) => _nodes.GetValueOrDefault(name) switch
    {
        null => null,
        YamlMappingNode map => new YamlFields(NameOf(name), map, known, _lines, _problems),
        _ => Wrong<YamlFields>(name, $"'{name}' has fields of its own.", $"They are {string.Join(", ", known)}."),
    };

    private YamlText? TextOf(YamlNode node)
    {
        if (node is YamlScalarNode { Value: { Length: > 0 } text }) return new(text, Line(node));
        _problems.Add(new(Line(node), "This is no text.", "Write one value, in quotes where it has signs in it."));
        return null;
    }

    private T? Wrong<T>(string name, string message, string right)
    {
        _problems.Add(new(LineOf(name), message, right));
        return default;
    }

    private string NameOf(string name) => _place.Length == 0 ? name : $"{_place}.{name}";

    private static int Line(YamlNode node) => (int)node.Start.Line;
}
