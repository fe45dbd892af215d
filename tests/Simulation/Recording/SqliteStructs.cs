using System.Runtime.InteropServices;

namespace Coffer.Simulation.Recording;

/// <summary>
/// <c>sqlite3_vfs</c> of SQLite 3.7.6 and later (sqlite.org/c3ref/vfs.html): how it meets an operating system. Only
/// what is replaced has a type; the rest is carried over as it is.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SqliteSystem
{
    public int Version;
    public int FileBytes;
    public int LongestPath;
    public SqliteSystem* Next;
    public byte* Name;
    public nint Data;
    public delegate* unmanaged[Cdecl]<SqliteSystem*, byte*, SqliteFile*, int, int*, int> Open;
    public delegate* unmanaged[Cdecl]<SqliteSystem*, byte*, int, int> Delete;
    public nint Access, FullPath;
    public nint OpenLibrary, LibraryError, LibrarySymbol, CloseLibrary;
    public nint Randomness, Sleep, CurrentTime;
    public delegate* unmanaged[Cdecl]<SqliteSystem*, int, byte*, int> LastError;
    public nint CurrentTimeInteger;
    public nint SetCall, GetCall, NextCall;
}

/// <summary><c>sqlite3_file</c>: begins with its methods; what follows is its system's own.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SqliteFile
{
    public SqliteMethods* Methods;
}

/// <summary><c>sqlite3_io_methods</c>, version 3 (sqlite.org/c3ref/io_methods.html).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SqliteMethods
{
    public int Version;
    public delegate* unmanaged[Cdecl]<SqliteFile*, int> Close;
    public delegate* unmanaged[Cdecl]<SqliteFile*, byte*, int, long, int> Read;
    public delegate* unmanaged[Cdecl]<SqliteFile*, byte*, int, long, int> Write;
    public delegate* unmanaged[Cdecl]<SqliteFile*, long, int> Truncate;
    public delegate* unmanaged[Cdecl]<SqliteFile*, int, int> Sync;
    public nint Size, Lock, Unlock, CheckLock, Control, SectorSize, Characteristics;
    public nint MapShared, LockShared, BarrierShared, UnmapShared;
    public nint Fetch, Unfetch;
}
