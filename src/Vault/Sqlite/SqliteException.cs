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

    internal static unsafe SqliteException Of(nint db, int code) => new(
        SqliteNative.Utf8(db == 0 ? SqliteNative.CodeMessage(code) : SqliteNative.Message(db)), code);

    internal static void ThrowUnlessOk(nint db, int code)
    {
        if (code != SqliteNative.Ok) throw Of(db, code);
    }
}
