using Coffer.Domain;

namespace Coffer.Agent.Policies;

/// <summary>A data source as a person names it.</summary>
/// <param name="Text">Its label, its id or the beginning of one.</param>
/// <param name="Path">The same words as an absolute path: where its volume is mounted, or what is selected of it.
/// </param>
public sealed record SourceName(string Text, byte[] Path);

/// <summary>Which of a policy's data sources are meant; which those are is known once they are planned.</summary>
public sealed record SourceChoice
{
    public static SourceChoice All { get; } = new();

    public IReadOnlyList<SourceName> Names { get; private init; } = [];

    public IReadOnlyList<SourceId> Ids { get; private init; } = [];

    public bool IsAll => Names.Count + Ids.Count == 0;

    /// <param name="names">None: all.</param>
    public static SourceChoice Of(IEnumerable<SourceName> names) => new() { Names = [.. names] };

    /// <param name="ids">None: all.</param>
    public static SourceChoice Of(IEnumerable<SourceId> ids) => new() { Ids = [.. ids] };
}
