using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Coffer.Simulation.Lying;
using Coffer.Vault.Sqlite;

namespace Coffer.Simulation.Recording;

/// <summary>
/// Lets the system's own SQLite tell what it does to the disk. It is given a VFS that is a copy of its default one, but
/// for opening and deleting; a file that is opened below a watched folder gets a copy of its methods, but for those
/// that read or change it. All else, locks and shared memory among it, stays SQLite's own code on its own data.
/// </summary>
internal static unsafe partial class RecordingSqlite
{
    private const int Failed = 10, Full = 13; // SQLITE_IOERR, SQLITE_FULL
    private const int NoSpace = 28, DeviceFailure = 5; // ENOSPC, EIO
    private const int CreateFlag = 0x4, DeleteOnClose = 0x8;

    /// <summary>Rollback journal, super-journal, write-ahead log: see <see cref="Watched.OwesFolderSync"/>.</summary>
    private const int JournalFlags = 0x800 | 0x4000 | 0x80000;

    private static readonly ConcurrentDictionary<nint, Watched> Files = new();
    private static readonly ConcurrentDictionary<nint, nint> Methods = new();
    private static SqliteSystem* s_real;

    [ThreadStatic]
    private static int t_lastLie;

    /// <summary>For the rest of the process; what lies in no watched folder notices nothing.</summary>
    public static void Install()
    {
        if (s_real != null) return;
        _ = SqliteNative.Ok; // its resolver says where the library lies
        s_real = Find(null);
        if (s_real == null || s_real->Version < 3) throw new InvalidOperationException("SQLite has no VFS to copy");
        var own = (SqliteSystem*)NativeMemory.AllocZeroed((nuint)sizeof(SqliteSystem));
        *own = *s_real;
        own->Next = null;
        own->Name = (byte*)Marshal.StringToCoTaskMemUTF8("coffer-recording");
        own->Open = &Open;
        own->Delete = &Delete;
        own->LastError = &LastError;
        if (Register(own, makeDefault: 1) != 0) throw new InvalidOperationException("SQLite refused the VFS");
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(SqliteSystem* system, byte* name, SqliteFile* file, int flags, int* outFlags)
    {
        string? path = name == null || (flags & DeleteOnClose) != 0 ? null : Marshal.PtrToStringUTF8((nint)name);
        var log = path is null ? null : DiskLog.Of(path);
        bool isNew = log is not null && !File.Exists(path);
        int code = s_real->Open(s_real, name, file, flags, outFlags);
        if (code != 0 || log is null) return code;
        int number = isNew ? log.Created(path!) : log.NumberOf(path!);
        bool owes = (flags & CreateFlag) != 0 && (flags & JournalFlags) != 0;
        Files[(nint)file] = new Watched(log, number, path!, (nint)file->Methods) { OwesFolderSync = owes };
        file->Methods = (SqliteMethods*)Methods.GetOrAdd((nint)file->Methods, WatchedMethods);
        return code;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Delete(SqliteSystem* system, byte* name, int syncFolder)
    {
        int code = s_real->Delete(s_real, name, syncFolder);
        string path = Marshal.PtrToStringUTF8((nint)name)!;
        if (code != 0 || DiskLog.Of(path) is not { } log) return code;
        log.Removed(path);
        if (syncFolder != 0) log.SyncedFolder(Path.GetDirectoryName(path)!);
        return code;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(SqliteFile* file, byte* bytes, int count, long offset)
    {
        if (!Files.TryGetValue((nint)file, out var watched)) return Failed;
        var lie = watched.Log.Answer(Request.Write);
        if (IsRefusal(lie)) return Told(lie);
        int code = watched.Methods->Write(file, bytes, count, offset);
        if (code != 0) return code;
        watched.Log.Written(watched.File, watched.Path, offset, new ReadOnlySpan<byte>(bytes, count));
        return Told(lie);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(SqliteFile* file, long length)
    {
        if (!Files.TryGetValue((nint)file, out var watched)) return Failed;
        int code = watched.Methods->Truncate(file, length);
        if (code == 0) watched.Log.Cut(watched.File, watched.Path, length);
        return code;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(SqliteFile* file, int flags)
    {
        if (!Files.TryGetValue((nint)file, out var watched)) return Failed;
        var lie = watched.Log.Answer(Request.Sync);
        if (IsRefusal(lie)) return Told(lie);
        int code = watched.Methods->Sync(file, flags);
        if (code != 0) return code;
        watched.Log.Synced(watched.File, watched.Path);
        if (watched.OwesFolderSync) watched.Log.SyncedFolder(Path.GetDirectoryName(watched.Path)!);
        watched.OwesFolderSync = false;
        return Told(lie);
    }

    // Bits of a page that are wrong would not be noticed here: SQLite keeps no checksum of them.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(SqliteFile* file, byte* target, int count, long offset)
    {
        if (!Files.TryGetValue((nint)file, out var watched)) return Failed;
        var lie = watched.Log.Answer(Request.Read);
        return IsRefusal(lie) ? Told(lie) : watched.Methods->Read(file, target, count, offset);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int LastError(SqliteSystem* system, int length, byte* text) =>
        t_lastLie != 0 ? t_lastLie : s_real->LastError(s_real, length, text);

    private static bool IsRefusal(Lie lie) => lie is Lie.Full or Lie.Failing;

    private static int Told(Lie lie)
    {
        t_lastLie = lie switch { Lie.Full => NoSpace, Lie.Failing or Lie.LostAnswer => DeviceFailure, _ => 0 };
        return lie switch { Lie.Full => Full, Lie.Failing or Lie.LostAnswer => Failed, _ => 0 };
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(SqliteFile* file) =>
        Files.TryRemove((nint)file, out var watched) ? watched.Methods->Close(file) : Failed;

    private static nint WatchedMethods(nint real)
    {
        var methods = (SqliteMethods*)NativeMemory.AllocZeroed((nuint)sizeof(SqliteMethods));
        *methods = *(SqliteMethods*)real;
        methods->Close = &Close;
        methods->Read = &Read;
        methods->Write = &Write;
        methods->Truncate = &Truncate;
        methods->Sync = &Sync;
        return (nint)methods;
    }

    [LibraryImport("libsqlite3.so.0", EntryPoint = "sqlite3_vfs_find")]
    private static partial SqliteSystem* Find(byte* name);

    [LibraryImport("libsqlite3.so.0", EntryPoint = "sqlite3_vfs_register")]
    private static partial int Register(SqliteSystem* system, int makeDefault);

    private sealed class Watched(DiskLog log, int file, string path, nint methods)
    {
        public DiskLog Log { get; } = log;

        public int File { get; } = file;

        public string Path { get; } = path;

        /// <summary>The file's own, as SQLite opened it.</summary>
        public SqliteMethods* Methods => (SqliteMethods*)methods;

        /// <summary>SQLite syncs the folder with the first sync of a journal that it may have created.</summary>
        public bool OwesFolderSync { get; set; }
    }
}
