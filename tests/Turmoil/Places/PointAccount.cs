namespace Coffer.Turmoil.Places;

/// <summary>Something that was asked for and not yet answered may be so or not.</summary>
internal enum Known
{
    No,
    Unknown,
    Yes,
}

/// <summary>What the vault has acknowledged of one recovery point.</summary>
/// <param name="Manifest">Name of the file that tells what it holds.</param>
internal sealed record PointAccount(int Machine, string Manifest)
{
    public Known Deleted { get; init; }

    public Known Held { get; init; }

    public Known Expiring { get; init; }

    public Known Gone { get; init; }

    /// <summary>It may be purged at any moment. All others must be there.</summary>
    public bool MayGo => Gone != Known.No || (Held != Known.Yes && (Deleted != Known.No || Expiring != Known.No));

    public PointAccount After(string word) => word switch
    {
        "deleting" => this with { Deleted = Known.Unknown },
        "deleted" => this with { Deleted = Known.Yes, Gone = Known.No },
        "undeleting" => this with { Deleted = Known.Unknown, Expiring = Known.Unknown },
        "undeleted" => this with { Deleted = Known.No, Expiring = Known.No, Gone = Known.No },
        "holding" => this with { Held = Known.Unknown },
        "held" => this with { Held = Known.Yes, Gone = Known.No },
        "releasing" => this with { Held = Known.Unknown },
        "released" => this with { Held = Known.No, Gone = Known.No },
        // Once its time has come it is deleted by whoever comes by.
        "expiring" => this with { Deleted = Known.Unknown, Expiring = Known.Yes },
        "purging" => this with { Gone = Known.Unknown },
        "kept" => this with { Gone = Known.No },
        "purged" or "gone" => this with { Gone = Known.Yes },
        _ => throw new ArgumentOutOfRangeException(nameof(word), word),
    };
}
