namespace Coffer.Domain;

/// <summary>What a fault means to whoever asked; mapped once to an exit code and once to an HTTP status.</summary>
public enum FaultKind
{
    /// <summary>The work could not be done: the disk is full, the vault is away, data is damaged.</summary>
    Failed = 1,

    /// <summary>The request itself is wrong: a bad option, a path that does not exist, a wrong passphrase.</summary>
    Usage = 2,

    /// <summary>The request is understood and a rule forbids it.</summary>
    Refused = 4,
}

/// <summary>
/// Something that went wrong and that a person can act on. Shown without a stack.
/// </summary>
/// <param name="Code">Stable, dotted, lower case: <c>vault.busy</c>. Listed in docs/troubleshooting.md.</param>
/// <param name="Kind">Who has to change something.</param>
/// <param name="Message">What happened and why, one sentence.</param>
/// <param name="Guidance">What to do about it, one sentence; empty where the message says it all.</param>
public sealed record Fault(string Code, FaultKind Kind, string Message, string Guidance = "");

/// <summary>Carries a <see cref="Fault"/> to the top of a command, a request or a worker.</summary>
public sealed class FaultException : Exception
{
    public FaultException(Fault fault, Exception? inner = null)
        : base(fault.Message, inner) => Fault = fault;

    public Fault Fault { get; }

    public static FaultException Failed(string code, string message, string guidance = "", Exception? inner = null) =>
        new(new Fault(code, FaultKind.Failed, message, guidance), inner);

    public static FaultException Usage(string code, string message, string guidance = "", Exception? inner = null) =>
        new(new Fault(code, FaultKind.Usage, message, guidance), inner);

    public static FaultException Refused(string code, string message, string guidance = "", Exception? inner = null) =>
        new(new Fault(code, FaultKind.Refused, message, guidance), inner);
}
