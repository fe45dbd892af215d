using Coffer.FileSystem.Secrets;

namespace Coffer.FileSystem.Spooling;

/// <summary>
/// A folder of files that are only on their way: each goes by itself when it is closed, and those that a killed process
/// left when the folder is taken next. For one process at a time.
/// </summary>
public sealed class SpoolFolder
{
    private readonly string _path;
    private int _files;

    /// <summary>Makes the folder, private, or empties it.</summary>
    public SpoolFolder(string path)
    {
        _path = path;
        PrivateFolder.Ensure(path);
        foreach (string left in Directory.EnumerateFiles(path)) File.Delete(left);
    }

    /// <summary>An empty file to be written and read again; gone once it is closed. Not buffered.</summary>
    public FileStream Create() => new(
        Path.Combine(_path, $"{Interlocked.Increment(ref _files)}"),
        new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose,
            BufferSize = 0,
        });
}
