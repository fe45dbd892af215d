using System.Text;

namespace Coffer.Server.Commands.Shell;

/// <summary>Columns of text, as wide as their widest cell.</summary>
/// <param name="headings">One for each column; one that begins with <c>&gt;</c> sets its column to the right.</param>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add([.. cells.Select(Report.Plain)]);

    /// <param name="empty">What is told where there is no row.</param>
    public void Print(Report report, string empty)
    {
        if (_rows.Count == 0)
        {
            report.Line(empty);
            return;
        }
        string[] titles = [.. headings.Select(heading => heading.TrimStart('>'))];
        int[] widths = [.. titles.Select((title, i) => _rows.Max(row => row[i].Length) is var most
            && most > title.Length ? most : title.Length)];
        report.Line(Row(titles, widths));
        foreach (string[] row in _rows) report.Line(Row(row, widths));
    }

    private string Row(string[] cells, int[] widths)
    {
        var line = new StringBuilder();
        for (int i = 0; i < cells.Length; i++)
        {
            if (i > 0) line.Append("  ");
            bool isRight = headings[i].StartsWith('>');
            line.Append(isRight ? cells[i].PadLeft(widths[i]) : cells[i].PadRight(widths[i]));
        }
        return line.ToString().TrimEnd();
    }
}
