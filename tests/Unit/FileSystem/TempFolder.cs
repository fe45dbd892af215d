using System.Text;
using Coffer.FileSystem.Linux;
using Coffer.FileSystem.Walking;

namespace Coffer.Unit.FileSystem;

/// <summary>A folder of one test, removed with all that is in it.</summary>
internal sealed unsafe class TempFolder : IDisposable
{
    public TempFolder() => Path = Directory.CreateTempSubdirectory("coffer-test-").FullName;

    public string Path { get; }

    public byte[] PathBytes => Encoding.UTF8.GetBytes(Path);

    public string At(string relative) => System.IO.Path.Combine(Path, relative);

    public string AddFile(string relative, string content = "")
    {
        string path = At(relative);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public string AddFolder(string relative) => Directory.CreateDirectory(At(relative)).FullName;

    public void AddLink(string relative, string target) => File.CreateSymbolicLink(At(relative), target);

    /// <summary>A file with a name that need not be text.</summary>
    public void AddRaw(ReadOnlySpan<byte> relative)
    {
        int file = Descriptors.Open(Libc.AT_FDCWD, [.. PathBytes, (byte)'/', .. relative],
            Libc.O_WRONLY | Libc.O_CREAT, 0x1a4);
        file.ShouldBeGreaterThanOrEqualTo(0);
        _ = Libc.close(file);
    }

    /// <summary>A FIFO, socket or device; false where that is not allowed.</summary>
    public bool TryAddNode(string relative, uint mode, ulong device = 0)
    {
        fixed (byte* path = Descriptors.Terminated(At(relative)))
            return Libc.mknodat(Libc.AT_FDCWD, path, mode, device) == 0;
    }

    public bool TrySetXattr(string relative, string name, ReadOnlySpan<byte> value)
    {
        fixed (byte* path = Descriptors.Terminated(At(relative)))
        fixed (byte* attribute = Descriptors.Terminated(name))
        fixed (byte* bytes = value)
            return Libc.setxattr(path, attribute, bytes, (nuint)value.Length, 0) == 0;
    }

    public VolumeRoot OpenRoot()
    {
        VolumeRoot.Open(PathBytes, out VolumeRoot? root).IsError.ShouldBeFalse();
        return root!;
    }

    public void Dispose()
    {
        // The shell's own tool: it copes with paths longer than PATH_MAX, which Directory.Delete does not.
        using var process = System.Diagnostics.Process.Start("rm", ["-rf", Path]);
        process.WaitForExit();
    }
}
