namespace Coffer.Contracts.Http;

/// <summary>
/// A long body, sent over a connection of its own: TCP alone then holds back who sends faster than the vault takes, in
/// the system's memory and not in the vault's (docs/adr/0008).
/// </summary>
internal abstract class BulkContent : HttpContent
{
    /// <summary>Hears how many bytes of it the connection has taken so far; null: nobody asks.</summary>
    public Action<long>? Sent { get; set; }
}
