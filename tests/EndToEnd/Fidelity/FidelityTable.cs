using System.Text;

namespace Coffer.EndToEnd.Fidelity;

/// <summary>docs/fidelity.md: aspect × file system, written by the suite and compared with what it finds.</summary>
internal static class FidelityTable
{
    private const string Head = """
        # What a restore brings back

        The end-to-end tests write this page (COFFER_WRITE_FIDELITY=1) and fail when it differs from what they find:
        a tree of every odd thing is backed up from one file system and restored onto a fresh one of the same kind,
        then compared by a reader that shares no code with Coffer, and by rsync.

        - *kept*: equal after the restore.
        - *not supported*: the file system of the test machine does not hold such a thing, so there is nothing to keep.
        - **lost**: it was there and does not come back; the note says why.

        """;

    public static string Path { get; } = System.IO.Path.Combine(CommandLine.Repository, "docs", "fidelity.md");

    public static string Render(IReadOnlyDictionary<string, FidelityRun> runs)
    {
        var page = new StringBuilder(Head);
        page.Append("\n| aspect | ").AppendJoin(" | ", FidelityRun.Kinds).Append(" | notes |\n");
        page.Append("|---|").Insert(page.Length, "---|", FidelityRun.Kinds.Length + 1).Append('\n');
        foreach (string aspect in runs[FidelityRun.Kinds[0]].Findings.Keys)
        {
            var (title, note) = Aspects.Described(aspect);
            page.Append("| ").Append(title).Append(" | ");
            page.AppendJoin(" | ", FidelityRun.Kinds.Select(kind => Word(runs[kind].Findings[aspect].Verdict)));
            page.Append(" | ").Append(note).Append(" |\n");
        }

        const string never = "the change time (ctime), the birth time, inode numbers";
        return page.Append($"\nNever restored, because no system call sets them: {never}.\n").ToString();
    }

    private static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Kept => "kept",
        Verdict.NotSupported => "not supported",
        _ => "**lost**",
    };
}
