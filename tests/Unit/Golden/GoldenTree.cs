using System.Globalization;
using System.Text;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Walking;
using Coffer.Format.Hashing;

namespace Coffer.Unit.Golden;

/// <summary>What golden vaults are made of, and a tree as lines of text that can be compared.</summary>
internal static class GoldenTree
{
    /// <summary>Bundles, several chunks, a sparse file, links of both sorts, a pipe, attributes.</summary>
    public const string First = """
        mkdir -p small deep/er/and/deeper empty-folder
        for i in $(seq 60); do for j in $(seq $i); do echo "line $j of small file $i"; done > small/f$i; done
        pad=$(printf '%0390d' 0)
        awk -v pad=$pad 'BEGIN { for (i = 0; i < 15000; i++) printf "%8d %s\n", i * 7919, pad }' > big
        printf 'far in' | dd of=sparse bs=1 seek=1048576 conv=notrunc status=none; truncate -s 3000000 sparse
        truncate -s 500000 hole; : > empty-file; echo deep > deep/er/and/deeper/file
        ln small/f1 linked; ln small/f1 deep/linked-too; ln -s small/f2 symbolic; ln -s /no/where dangling; mkfifo pipe
        setfattr -n user.note -v golden small/f3; setfattr -n user.note -v golden empty-folder
        chmod 4755 small/f4; chmod 1777 empty-folder; chown 1234:4321 small/f5
        printf odd > "$(printf 'odd \377 name')"
        find . -exec touch -h -d '2026-01-02 03:04:05.678901234Z' {} +
        """;

    public const string Second = """
        echo another first line | cat - big > big.new; mv big.new big; touch -d '2026-02-03 04:05:06Z' big
        echo changed > small/f7; touch -d '1969-12-31 23:59:58.5Z' small/f7; rm small/f8
        setfattr -n user.note -v other small/f3; mv deep/er deep/moved; echo new > new
        touch -d '2026-02-03 04:05:07Z' small deep new .
        """;

    public const string Third = "rm -r deep; echo third > third; touch -d '2026-03-04 05:06:07Z' third .";

    /// <summary>Each entry in a line: path, type, mode, size, time of change, content, links, attributes.</summary>
    /// <param name="withOwners">Only root can give them back.</param>
    public static List<string> Look(string folder, bool withOwners)
    {
        VolumeRoot.Open(Encoding.UTF8.GetBytes(folder), out var root).IsError.ShouldBeFalse();
        using var opened = root!;
        using var walker = new TreeWalker(opened, [[]], new WalkOptions());
        var names = new Dictionary<ulong, string>();
        var lines = new List<string>();
        while (walker.MoveNext())
        {
            var entry = walker.Metadata;
            string path = walker.Path.IsEmpty ? "." : PathText.Render(walker.Path);
            var line = new StringBuilder(path);
            line.Append(CultureInfo.InvariantCulture, $" | {entry.Type} {Convert.ToString(entry.Mode, 8)}");
            if (withOwners) line.Append(CultureInfo.InvariantCulture, $" {entry.Uid}:{entry.Gid}");
            line.Append(
                CultureInfo.InvariantCulture, $" {entry.Modified.Seconds}.{entry.Modified.Nanoseconds:d9}");
            if (entry.Type == EntryType.File) line.Append(ContentOf(walker, entry));
            if (entry.Type == EntryType.SymbolicLink)
            {
                walker.ReadLink(out byte[] target).IsError.ShouldBeFalse();
                line.Append(" -> ").Append(PathText.Render(target));
            }
            if (entry.Type != EntryType.Directory && entry.LinkCount > 1 && !names.TryAdd(entry.Inode, path))
                line.Append(" = ").Append(names[entry.Inode]);
            AddXattrs(walker, line);
            lines.Add(line.ToString());
        }
        return lines;
    }

    private static string ContentOf(TreeWalker walker, FileMetadata entry)
    {
        walker.OpenFile(out var file).IsError.ShouldBeFalse();
        using (file)
        {
            var bytes = new byte[entry.Size];
            file!.Read(0, bytes, out int read).IsError.ShouldBeFalse();
            read.ShouldBe(bytes.Length);
            Span<byte> hash = stackalloc byte[32];
            Blake3.Hash(bytes, hash);
            return $" {bytes.Length}{(entry.IsSparse ? " sparse" : "")} {Convert.ToHexStringLower(hash)}";
        }
    }

    private static void AddXattrs(TreeWalker walker, StringBuilder line)
    {
        using var xattrs = new XattrSet();
        walker.ReadXattrs(xattrs).IsError.ShouldBeFalse();
        for (int i = 0; i < xattrs.Count; i++)
            line.Append(" {").Append(PathText.Render(xattrs.Name(i))).Append('=')
                .Append(PathText.Render(xattrs.Value(i))).Append('}');
    }
}
