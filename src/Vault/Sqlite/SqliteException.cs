using System.Data.Common;

namespace Coffer.Vault.Sqlite;

/// <summary>What SQLite answered. Codes: https://www.sqlite.org/rescode.html.</summary>
public sealed class SqliteException(string message, int extendedErrorCode)
    : DbException($"SQLite error {extendedErrorCode & 0xff}: '{message}'", extendedErrorCode)
{
    /// <summary>
    /// Primary code: 5 busy, 8 read-only, 10 I/O, 11 corrupt, 13 full, 14 cannot open, 19 constraint, 26 no database.
    /// </summary>
    public int SqliteErrorCode => SqliteExtendedErrorCode & 0xff;

    public int SqliteExtendedErrorCode { get; } = extendedErrorCode;

    /// <summary>The system's error number behind it; 0 where there is none.</summary>
    public int SystemError { get; init; }

    internal static unsafe SqliteException Of(nint db, int code) => new(
        SqliteNative.Utf8(db == 0 ? SqliteNative.CodeMessage(code) : SqliteNative.Message(db)), code)
    {
        // Only these come from the system; for others the number is of some earlier call.
        SystemError = db != 0 && (code & 0xff) is 10 or 13 or 14 ? SqliteNative.SystemError(db) : 0,
    };

    internal static void ThrowUnlessOk(nint db, int code)
    {
        if (code != SqliteNative.Ok) throw Of(db, code);
    }
}
