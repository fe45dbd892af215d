namespace Coffer.Contracts.Http;

/// <summary>
/// A long body, sent over a connection of its own: TCP alone then holds back who sends faster than the vault takes, in
/// the system's memory and not in the vault's, and a line of any length is filled. Frames of HTTP/2 within TLS cost both
/// sides a tenth of a second of CPU for 100 MB more.
/// </summary>
internal abstract class BulkContent : HttpContent;
