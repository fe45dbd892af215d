namespace Coffer.Vault.Records;

/// <summary>The kinds of records as they stand in names; never renamed.</summary>
internal static class RecordKind
{
    public const string Receipt = "receipt";
    public const string Point = "point";

    /// <summary>Of a point after its first: deleted, held, expiring, purged.</summary>
    public const string PointState = "point-state";

    /// <summary>When a point was really received, where the clock was wrong then.</summary>
    public const string PointTime = "point-time";
    public const string Checkpoint = "checkpoint";
    public const string Envelope = "envelope";
    public const string EnvelopeState = "envelope-state";
    public const string Machine = "machine";
    public const string Keyspace = "keyspace";
    public const string Policy = "policy";

    /// <summary>Of the vault as a whole: switches, accounts, protection, and what else people decided.</summary>
    public const string Document = "document";
    public const string Audit = "audit";
}
