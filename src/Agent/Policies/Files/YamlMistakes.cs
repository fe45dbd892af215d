using Coffer.Domain.Policies;
using YamlDotNet.RepresentationModel;

namespace Coffer.Agent.Policies.Files;

/// <summary>What is wrong with a policy file, and on which line each field stands: <c>paths[2]</c>,
/// <c>retention.yearly.years</c>.</summary>
internal sealed class YamlMistakes
{
    private readonly Dictionary<string, int> _lines = [];
    private readonly List<PolicyFileProblem> _all = [];
    private readonly HashSet<string> _told = [];

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<PolicyFileProblem> All => [.. _all.OrderBy(problem => problem.Line)];

    public void Place(string field, YamlNode node) => _lines[field] = (int)node.Start.Line;

    public bool IsTold(string field) => _told.Contains(field);

    public void Add(string field, string message, string right)
    {
        _told.Add(field);
        if (field.EndsWith(']')) _told.Add($"{field[..field.LastIndexOf('[')]}[]");
        _all.Add(new(LineOf(field), message, right));
    }

    /// <summary>That it is not there, or not right, was told already.</summary>
    public void Expect(string field) => _told.Add(field);

    /// <summary>What follows from a field that could not be read is no mistake of its own, and is not told.</summary>
    public void Add(IEnumerable<PolicyProblem> problems)
    {
        foreach (var problem in problems)
            if (!IsTold(problem.Field) && !IsTold($"{problem.Field}[]") && !IsTold($"{problem.By}[]"))
                Add(problem.Field, problem.Message, problem.Right);
    }

    /// <summary>On the line of the value itself: one of a row, which has lost its place in it by that.</summary>
    public void AddOfRow(string field, YamlNode node, string message, string right)
    {
        _told.Add($"{field}[]");
        _all.Add(new((int)node.Start.Line, message, right));
    }

    // A field that is not there: the nearest around it.
    private int LineOf(string field)
    {
        for (string place = field; ; place = place[..Math.Max(0, place.LastIndexOfAny(['.', '[']))])
            if (_lines.TryGetValue(place, out int line)) return line;
            else if (place.Length == 0) return 1;
    }
}
