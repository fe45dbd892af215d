using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem;

/// <summary>Why the operating system refused, in words that do not depend on it.</summary>
public enum OsCause : byte
{
    None = 0,
    Other = 1,
    Missing = 2,
    AccessDenied = 3,
    NotPermitted = 4,
    Exists = 5,
    NotADirectory = 6,
    IsADirectory = 7,
    SymbolicLink = 8,
    NameTooLong = 9,
    InputOutput = 10,
    NoSpace = 11,
    QuotaExceeded = 12,
    ReadOnly = 13,
    NotSupported = 14,
    Busy = 15,
    Stale = 16,
    TooManyOpenFiles = 17,
    TooLarge = 18,
    NotEmpty = 19,
    TooManyLinks = 20,
    Replaced = 21,
    OutOfMemory = 22,
    NoKey = 23,
    OtherFileSystem = 24,
}

/// <summary>Outcome of one call: <see cref="Code"/> is the system's own number, 0 for success.</summary>
public readonly record struct OsError(int Code, OsCause Cause)
{
    public static OsError None => default;

    /// <summary>The entry is no longer the one that was looked at a moment ago.</summary>
    public static OsError Replaced => new(Errno.ESTALE, OsCause.Replaced);

    public bool IsError => Cause != OsCause.None;

    /// <summary>One phrase for people, without a full stop.</summary>
    public string Text => Cause == OsCause.Replaced ? "replaced while it was being looked at" : Errno.Describe(Code);

    internal static OsError FromErrno(int errno) => new(errno, Errno.CauseOf(errno));

    internal static OsError Last() => FromErrno(System.Runtime.InteropServices.Marshal.GetLastPInvokeError());

    public override string ToString() => IsError ? $"{Text} ({Code})" : "no error";
}
