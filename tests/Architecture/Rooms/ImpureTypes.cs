namespace Coffer.Architecture.Rooms;

/// <summary>Types that wait, touch the outside or tell the time: not for rooms of pure rules.</summary>
internal static class ImpureTypes
{
    private static readonly string[] Namespaces = ["System.Threading.Tasks", "System.Net", "System.IO.Pipes"];

    private static readonly string[] Types =
    [
        "System.Console", "System.TimeProvider", "System.Diagnostics.Process", "System.Diagnostics.Stopwatch",
        "System.IO.Directory", "System.IO.DirectoryInfo", "System.IO.File", "System.IO.FileInfo",
        "System.IO.FileStream", "System.IO.RandomAccess", "System.IO.Stream", "System.IO.StreamReader",
        "System.IO.StreamWriter", "System.Threading.CancellationToken", "System.Threading.Timer",
    ];

    public static bool Contains(string type) =>
        Types.Contains(type)
        || Namespaces.Any(name => type.StartsWith(name + ".", StringComparison.Ordinal));
}
