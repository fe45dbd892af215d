using System.Globalization;
using Coffer.Domain.Policies.Wording;
using Coffer.Domain.Wording;
using YamlDotNet.RepresentationModel;

namespace Coffer.Agent.Policies.Files;

/// <param name="Field">With its place in the row: <c>paths[2]</c>.</param>
internal readonly record struct YamlText(string Text, string Field);

/// <summary>The fields of one mapping; what is wrong with them goes to the mistakes, with its line.</summary>
internal sealed class YamlFields
{
    private readonly string _place;
    private readonly Dictionary<string, YamlNode> _nodes = [];
    private readonly YamlMistakes _mistakes;

    /// <param name="place">Names of the fields around it, with dots.</param>
    /// <param name="known">Names that there are.</param>
    public YamlFields(string place, YamlMappingNode map, string[] known, YamlMistakes mistakes)
    {
        (_place, _mistakes) = (place, mistakes);
        foreach (var (key, value) in map.Children)
        {
            string name = (key as YamlScalarNode)?.Value ?? "";
            _mistakes.Place(NameOf(name), key);
            if (Array.IndexOf(known, name) >= 0) _nodes[name] = value;
            else Unknown(name, known);
        }
    }

    public bool Has(string name) => _nodes.ContainsKey(name);

    /// <summary>Tells it where there is no such field, or nothing in it.</summary>
    public void Need(string name, string message, string right)
    {
        bool isNone = _nodes.GetValueOrDefault(name) is null or YamlScalarNode { Value: null or "" };
        if (isNone && !_mistakes.IsTold(NameOf(name))) Wrong(name, message, right);
    }

    public string? Text(string name)
    {
        switch (_nodes.GetValueOrDefault(name))
        {
            case null:
                return null;
            case YamlScalarNode { Value: { Length: > 0 } text }:
                return text;
            case YamlScalarNode:
                Wrong(name, $"'{name}' has no value.", "Write one, or leave the line out.");
                return null;
            default:
                Wrong(name, $"'{name}' has more than one value.", $"Write {name}: and one value.");
                return null;
        }
    }

    public int? Number(string name)
    {
        if (Text(name) is not { } text) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)) return number;
        Wrong(name, $"'{text}' is no whole number from 0 on.", "Write digits alone: 12.");
        return null;
    }

    /// <summary>One that must be there; 1 where it is not, and then that is told.</summary>
    public int Needed(string name)
    {
        if (Number(name) is { } number) return number;
        if (!_mistakes.IsTold(NameOf(name))) Wrong(name, $"It does not say how many {name}.", $"Write {name}: 12.");
        return 1;
    }

    public bool? Truth(string name)
    {
        var text = Text(name);
        if (text is null or "true" or "false") return text is null ? null : text == "true";
        Wrong(name, $"'{text}' is neither true nor false.", "Write true or false.");
        return null;
    }

    public T Choice<T>(string name, T usual, params (string Text, T Value)[] choices)
    {
        if (Text(name) is not { } text) return usual;
        foreach (var (each, value) in choices)
            if (each == text) return value;
        Wrong(name, $"'{text}' is none of them.", $"Write {string.Join(", ", choices.Select(c => c.Text))}.");
        return usual;
    }

    /// <summary>One value, or a list of them.</summary>
    public IReadOnlyList<YamlText> Texts(string name)
    {
        switch (_nodes.GetValueOrDefault(name))
        {
            case null or YamlScalarNode { Value: null or "" }:
                return [];
            case YamlScalarNode one:
                return TextsOf(name, [one]);
            case YamlSequenceNode row:
                return TextsOf(name, row.Children);
            default:
                Wrong(name, "This is no list.", "Write [one, two], or a line with - for each.");
                return [];
        }
    }

    public List<T> Each<T>(string name, TryRead<T> read, string right)
    {
        var values = new List<T>();
        foreach (var (text, field) in Texts(name))
        {
            if (read(text, out var value)) values.Add(value);
            else _mistakes.Add(field, $"'{text}' cannot be read.", right);
        }
        return values;
    }

    /// <summary>Null where it is not there, or no mapping, which is told.</summary>
    public YamlFields? Below(string name, params string[] known)
    {
        var node = _nodes.GetValueOrDefault(name);
        if (node is YamlMappingNode map) return new YamlFields(NameOf(name), map, known, _mistakes);
        if (node is not null)
            _mistakes.AddOfRow(NameOf(name), node, $"'{name}' has fields of its own.",
                $"They are {string.Join(", ", known)}, each with a colon and a blank behind it.");
        return null;
    }

    public void Wrong(string name, string message, string right) => _mistakes.Add(NameOf(name), message, right);

    private List<YamlText> TextsOf(string name, IEnumerable<YamlNode> nodes)
    {
        var texts = new List<YamlText>();
        foreach (var node in nodes)
            if (node is YamlScalarNode { Value: { Length: > 0 } text })
            {
                string field = $"{NameOf(name)}[{texts.Count}]";
                _mistakes.Place(field, node);
                texts.Add(new(text, field));
            }
            else if (node is YamlScalarNode)
                _mistakes.AddOfRow(NameOf(name), node, "Here is nothing.", "Write a value, or leave the line out.");
            else
                _mistakes.AddOfRow(NameOf(name), node, "This is no text.",
                    "Write one value, in quotes where it has signs in it: \"!keep\".");
        return texts;
    }

    // What it was meant to be is not missed besides.
    private void Unknown(string name, string[] known)
    {
        string? meant = name.Length == 0 ? null : Suggestion.Nearest(name.ToLowerInvariant(), known);
        Wrong(name, $"There is no '{name}' here.",
            (meant is null ? "" : $"Did you mean {meant}? ") + $"There are {string.Join(", ", known)}.");
        if (meant is not null) _mistakes.Expect(NameOf(meant));
    }

    private string NameOf(string name) => _place.Length == 0 ? name : $"{_place}.{name}";
}
