namespace Coffer.EndToEnd;

/// <summary>
/// Reader/reader.py knows the format from docs/format.md alone. What it lists and extracts must be what was protected,
/// so the page is enough to get everything back without Coffer.
/// </summary>
public sealed class ForeignReaderTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Reader_WithThePassphraseAlone_ListsAndExtractsWhatWasProtected()
    {
        RequirePython();
        MakeOddTree();
        var protect = _machine.Protect();
        protect.ExitCode.ShouldBe(0, protect.ToString());
        Directory.Delete(_machine.Home, recursive: true);
        foreach (string catalog in Directory.GetFiles(_machine.Vault, "catalog.db*")) File.Delete(catalog);
        Directory.Delete(Path.Combine(_machine.Vault, "keyspaces"), recursive: true);

        var list = Read("list");
        list.ExitCode.ShouldBe(0, list.ToString());
        var expected = _machine.Start("python3", "-c", ListOfDisk, _machine.Data);
        expected.ExitCode.ShouldBe(0, expected.ToString());
        Below(expected.Output).Length.ShouldBeGreaterThan(400);
        Below(list.Output).ShouldBe(Below(expected.Output));

        foreach (string name in (string[])["big", "small", "deep/er/one", "hard", "holes", "empty-file", "many/77"])
            Extract(name);
    }

    [Fact]
    public void Reader_WrongPassphrase_IsRefused()
    {
        RequirePython();
        _machine.Write("a", "a");
        _machine.Protect().ExitCode.ShouldBe(0);
        File.WriteAllText(_machine.Passphrase, "this is not the passphrase\n");
        Read("list").ExitCode.ShouldBe(1);
    }

    private void Extract(string name)
    {
        string target = _machine.At("extracted");
        string source = Path.Combine(_machine.Data, name);
        var extract = Read("extract", source, target);
        extract.ExitCode.ShouldBe(0, $"{name}: {extract}");
        _machine.Start("cmp", source, target).ExitCode.ShouldBe(0, name);
        File.Delete(target);
    }

    private Run Read(params string[] arguments) => _machine.Start(
        "python3",
        [Path.Combine(Machine.Root(), "tests/EndToEnd/Reader/reader.py"), _machine.Vault, _machine.Passphrase,
            .. arguments]);

    // The point lists the folders on the way to the protected one too.
    private string[] Below(string list) =>
    [
        .. list.Split('\n').Where(line => line.Contains($" {_machine.Data}", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    private void MakeOddTree()
    {
        const string Script = """
            set -e
            cd "$0"
            mkdir -p deep/er empty many; echo one > deep/er/one; : > empty-file; echo small > small
            head -c 5500000 /dev/urandom > big; seq 1 200000 >> big
            i=0; while [ $i -lt 400 ]; do echo "file $i" > many/$i; i=$((i + 1)); done
            ln deep/er/one hard; ln -s deep/er/one soft; ln -s nowhere dangling; ln -P soft soft-again
            mkfifo fifo; ln fifo fifo-again
            printf x > "$(printf 'bad\377name')"; printf y > 'with space and "quotes"'
            printf z > "$(printf 'new\nline')"
            truncate -s 10M holes; printf z | dd of=holes bs=1 seek=5000000 conv=notrunc status=none
            chmod 4751 big; chmod 0700 empty; touch -d '1969-12-31 23:00:00.123456789 UTC' deep/er/one
            setfattr -n user.colour -v blue hard 2>/dev/null || true
            setfattr -n user.colour -v red many 2>/dev/null || true
            touch -d '2001-02-03 04:05:06.789 UTC' deep empty .
            """;
        var run = _machine.Start("/bin/sh", "-c", Script, _machine.Data);
        run.ExitCode.ShouldBe(0, run.ToString());
    }

    private void RequirePython()
    {
        const string Needed =
            "import cryptography, ctypes; ctypes.CDLL('libargon2.so.1'); ctypes.CDLL('libzstd.so.1')";
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "python3 is not installed");
        var run = _machine.Start("python3", "-c", Needed);
        string reason = run.Errors.TrimEnd().Split('\n')[^1];
        Assert.SkipUnless(
            run.ExitCode == 0, $"the reader needs python3-cryptography, libargon2-1 and libzstd1: {reason}");
    }

    /// <summary>Prints a tree on the disk as the reader prints a listing.</summary>
    private const string ListOfDisk = """
        import os, stat, sys
        def show(path):
            s = os.lstat(path)
            size = s.st_size if stat.S_ISREG(s.st_mode) else 0
            text = ''.join(chr(b) if 32 <= b < 127 and b != 92 else '\\x%02x' % b for b in path)
            print(stat.filemode(s.st_mode)[0], '%04o' % stat.S_IMODE(s.st_mode), s.st_uid, s.st_gid, size,
                  '%d.%09d' % divmod(s.st_mtime_ns, 10**9), text)
            if stat.S_ISDIR(s.st_mode):
                for name in os.listdir(path):
                    show(path + b'/' + name)
        show(os.fsencode(sys.argv[1]))
        """;
}
