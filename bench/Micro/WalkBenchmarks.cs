using System.Text;
using BenchmarkDotNet.Attributes;
using Coffer.FileSystem.Walking;

namespace Coffer.Micro;

/// <summary>Walking a tree of 10,000 empty files in 100 folders with warm caches: one statx an entry.</summary>
[MemoryDiagnoser]
public class WalkBenchmarks
{
    private const int FolderCount = 100;
    private const int FilesPerFolder = 100;

    private string _tree = "";

    [GlobalSetup]
    public void SetUp()
    {
        _tree = Directory.CreateTempSubdirectory("coffer-walk-").FullName;
        for (int folder = 0; folder < FolderCount; folder++)
        {
            string path = Directory.CreateDirectory($"{_tree}/folder-{folder:d3}").FullName;
            for (int file = 0; file < FilesPerFolder; file++) File.WriteAllBytes($"{path}/file-{file:d3}", []);
        }
    }

    [GlobalCleanup]
    public void CleanUp() => Directory.Delete(_tree, recursive: true);

    [Benchmark]
    public long Walk_10000Files()
    {
        if (VolumeRoot.Open(Encoding.UTF8.GetBytes(_tree), out var root).IsError) throw new IOException(_tree);
        long entries = 0;
        using (root)
        using (var walker = new TreeWalker(root!, [[]], new WalkOptions()))
            while (walker.MoveNext()) entries++;
        return entries;
    }
}
