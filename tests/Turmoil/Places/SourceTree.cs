namespace Coffer.Turmoil.Places;

/// <summary>A tree that somebody works in: files come, change, move and go; some are large.</summary>
internal sealed class SourceTree(string folder, Random random)
{
    private const int MostFiles = 220, MostBig = 4, SmallBytes = 40_000, BigBytes = 4 << 20, Folders = 8;

    /// <summary>Some changes. Whoever is killed within them goes on from what is there.</summary>
    public void Change()
    {
        for (int folders = 0; folders < Folders; folders++) Directory.CreateDirectory(PathOf($"d{folders}"));
        int changes = 3 + random.Next(20);
        while (Files("s*").Length < MostFiles / 4) WriteSmall();
        for (int change = 0; change < changes; change++) ChangeOne();
    }

    private void ChangeOne()
    {
        string[] small = Files("s*"), big = Files("big*");
        switch (random.Next(14))
        {
            case < 4 when small.Length < MostFiles: WriteSmall(); break;
            case < 6: File.WriteAllBytes(Any(small), Bytes(random.Next(SmallBytes))); break;
            case 6: File.AppendAllText(Any(small), "one more line\n"); break;
            case 7: File.Delete(Any(small)); break;
            case 8: Move(Any(small), $"s{random.Next()}"); break;
            case 9: File.Copy(Any(small), Path.Combine(AnyFolder(), $"s{random.Next()}"), overwrite: true); break;
            case 10 when big.Length < MostBig: WriteBig(); break;
            case 10: File.Delete(Any(big)); break;
            case 11 when big.Length > 0: Patch(Any(big)); break;
            case 12 when big.Length > 0: Move(Any(big), $"big{random.Next()}"); break;
            case 13: Link(); break;
            default: File.SetLastWriteTimeUtc(Any(small), DateTime.UnixEpoch.AddSeconds(random.Next())); break;
        }
    }

    private void WriteSmall() =>
        File.WriteAllBytes(Path.Combine(AnyFolder(), $"s{random.Next()}"), Bytes(random.Next(SmallBytes)));

    private void WriteBig() => File.WriteAllBytes(
        Path.Combine(AnyFolder(), $"big{random.Next()}"), Bytes((BigBytes / 4) + random.Next(BigBytes)));

    private void Move(string file, string name) => File.Move(file, Path.Combine(AnyFolder(), name), overwrite: true);

    private void Patch(string file)
    {
        using var open = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.Write(open, Bytes(1 + random.Next(20_000)), random.NextInt64(RandomAccess.GetLength(open)));
    }

    private void Link()
    {
        string link = Path.Combine(AnyFolder(), $"link{random.Next(10)}");
        File.Delete(link);
        File.CreateSymbolicLink(link, $"../target{random.Next()}");
    }

    private byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        // Half of it can be compressed.
        random.NextBytes(bytes.AsSpan(0, random.Next(2) == 0 ? length : length / 8));
        return bytes;
    }

    private string Any(string[] files) => files[random.Next(files.Length)];

    private string AnyFolder() => PathOf($"d{random.Next(Folders)}");

    private string PathOf(string name) => Path.Combine(folder, name);

    private string[] Files(string pattern) =>
        Directory.GetFiles(folder, pattern, SearchOption.AllDirectories);
}
