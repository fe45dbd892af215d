namespace Coffer.Domain.Policies.Exclusions;

/// <summary>What a pattern's path begins at.</summary>
public enum PatternAnchor
{
    /// <summary>No slash but at its end: a name at any depth.</summary>
    AnyDepth = 1,

    /// <summary>A leading slash: the root of the file system.</summary>
    Root = 2,

    /// <summary>A slash in the middle only: each policy item, as if a .gitignore lay there.</summary>
    PolicyItem = 3,
}

/// <summary>
/// One exclusion by the rules of gitignore(5), on bytes: <c>*</c>, <c>?</c> and <c>[…]</c> within a component,
/// <c>**</c> for any number of components, a slash at the end for directories only, <c>!</c> to take back in what an
/// earlier pattern left out, a backslash before a sign that is meant as such. Two rules differ: a leading slash is
/// the root of the file system, for a policy has many folders; and <c>&gt;4GB *.iso</c> matches regular files larger
/// than that only, <c>&gt;4GB</c> alone those of any name.
/// </summary>
public sealed class ExclusionPattern
{
    private ExclusionPattern(byte[] text, PatternAnchor anchor, bool isNegated, bool isForDirectories) =>
        (Text, Anchor, IsNegated, IsForDirectories) = (text, anchor, isNegated, isForDirectories);

    /// <summary>As it was given.</summary>
    public byte[] Text { get; }

    public PatternAnchor Anchor { get; }

    public bool IsNegated { get; }

    public bool IsForDirectories { get; }

    /// <summary>Bytes: only regular files that are larger match. Null: their size is not looked at.</summary>
    public long? LargerThan { get; private init; }

    /// <summary>Set where the anchor is <see cref="PatternAnchor.AnyDepth"/>.</summary>
    internal GlobSegment? Name { get; private init; }

    /// <summary>Set otherwise.</summary>
    internal PathGlob? Path { get; private init; }

    /// <exception cref="FaultException"><c>pattern.invalid</c>: git would take no notice of it either.</exception>
    public static ExclusionPattern Parse(ReadOnlySpan<byte> text)
    {
        var rest = WithoutTrailingSpaces(text);
        if (rest.IsEmpty) throw Invalid(text, "it is empty");
        if (rest[0] == '#') throw Invalid(text, @"# begins a comment; write \# for a name that begins so");
        bool isNegated = rest[0] == '!';
        if (isNegated) rest = rest[1..];
        long? largerThan = rest.StartsWith(">"u8) ? TakeSize(text, ref rest) : null;
        bool isForDirectories = rest.EndsWith("/"u8);
        if (isForDirectories && largerThan is not null) throw Invalid(text, "a folder has no size of its own");
        if (isForDirectories) rest = rest[..^1];
        var anchor = rest.IndexOf((byte)'/') switch
        {
            < 0 => PatternAnchor.AnyDepth,
            0 => PatternAnchor.Root,
            _ => PatternAnchor.PolicyItem,
        };
        if (anchor == PatternAnchor.Root) rest = rest[1..];
        if (rest.IsEmpty) throw Invalid(text, "it names nothing");
        return new ExclusionPattern(text.ToArray(), anchor, isNegated, isForDirectories)
        {
            LargerThan = largerThan,
            Name = anchor == PatternAnchor.AnyDepth ? ParseSegment(text, rest) : null,
            Path = anchor == PatternAnchor.AnyDepth ? null : new PathGlob(ParsePath(text, rest)),
        };
    }

    /// <summary>A pattern that matches one absolute path and nothing else, whatever signs its names hold.</summary>
    public static ExclusionPattern ForPath(byte[] absolutePath)
    {
        var text = new List<byte>(absolutePath.Length);
        foreach (byte b in absolutePath)
        {
            if (b is (byte)'*' or (byte)'?' or (byte)'[' or (byte)'\\' or (byte)' ') text.Add((byte)'\\');
            text.Add(b);
        }

        return Parse([.. text]);
    }

    // ">4GB *.iso": what stands behind is the pattern; nothing stands for every name.
    private static long TakeSize(ReadOnlySpan<byte> whole, ref ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOf((byte)' ');
        var text = end < 0 ? rest[1..] : rest[1..end];
        rest = end < 0 ? "*"u8 : rest[end..].TrimStart((byte)' ');
        return FileSize.TryParse(text, out long bytes)
            ? bytes
            : throw Invalid(whole, "> is followed by no size with its unit, as 500MB or 4GiB; "
                + @"write \> for a name that begins so");
    }

    private static GlobSegment?[] ParsePath(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> rest)
    {
        var segments = new List<GlobSegment?>();
        foreach (var part in rest.Split((byte)'/'))
        {
            var text = rest[part];
            if (text.IsEmpty) throw Invalid(whole, "two slashes follow one another");
            bool isAnyNumber = text.Length > 1 && text.IndexOfAnyExcept((byte)'*') < 0;
            if (!isAnyNumber) segments.Add(ParseSegment(whole, text));
            else if (segments.Count == 0 || segments[^1] is not null) segments.Add(null);
        }

        // At the end it stands for everything inside, not for the directory itself.
        if (segments[^1] is null) segments.Add(GlobSegment.Any);
        return [.. segments];
    }

    private static GlobSegment ParseSegment(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> text) =>
        GlobSegment.Parse(text, out string reason) ?? throw Invalid(whole, reason);

    private static ReadOnlySpan<byte> WithoutTrailingSpaces(ReadOnlySpan<byte> text)
    {
        int end = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] == ' ') continue;
            end = Math.Min(i + 1, text.Length);
        }

        return text[..end];
    }

    private static FaultException Invalid(ReadOnlySpan<byte> text, string reason) => FaultException.Usage(
        "pattern.invalid", $"The exclusion '{System.Text.Encoding.UTF8.GetString(text)}' is not a pattern: {reason}.",
        "Patterns follow the rules of .gitignore; `coffer protect --help` has examples.");
}
