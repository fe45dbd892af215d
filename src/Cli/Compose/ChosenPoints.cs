using System.Globalization;
using Coffer.Agent.Browsing;
using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;
using Coffer.Contracts.Points;
using Coffer.Domain;

namespace Coffer.Cli.Compose;

/// <summary>An opened vault with the points that a command reads, and all that has to be closed after it.</summary>
internal sealed class ChosenPoints : IAsyncDisposable
{
    private readonly List<(PointDescription First, PointBrowser Second)> _browsers = [];
    private readonly OpenedVault _opened;
    private readonly IFrameReader _frames;

    private ChosenPoints(OpenedVault opened, IFrameReader frames, IReadOnlyList<PointDescription> all) =>
        (_opened, _frames, All, Pages) = (opened, frames, all, new PageReader(frames, opened.Keys));

    public OpenedVault Opened => _opened;

    /// <summary>All points that this command could be about, oldest first.</summary>
    public IReadOnlyList<PointDescription> All { get; }

    public PageReader Pages { get; }

    public static async Task<ChosenPoints> OpenAsync(Invocation invocation, string purpose)
    {
        var opened = await OpenedVault.ForReadingAsync(invocation, purpose);
        try
        {
            var all = await opened.Vault.ListPointsAsync(opened.Points, invocation.Cancellation);
            var frames = await opened.Vault.OpenReaderAsync(opened.Keys.Keyspace, invocation.Cancellation);
            return new ChosenPoints(opened, frames, all);
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    /// <summary>One point of each data source, as <c>--point</c> and <c>--at</c> say.</summary>
    public IReadOnlyList<PointDescription> Chosen(Invocation invocation)
    {
        string id = invocation.Value(SharedOptions.Point)!;
        bool isOne = invocation.Value(SharedOptions.At) is null && id != "latest";
        if (!isOne && All.DistinctBy(point => point.Machine).Count() is > 1 and var machines)
            throw FaultException.Usage("server.needed",
                $"{machines} servers share this keyspace, and their points are not to be mixed.",
                "Give --server NAME, or its id: whose points are meant.");
        if (invocation.Value(SharedOptions.At) is { } at) return PointChooser.At(All, TimeOf(at));
        if (id != "latest") return PointChooser.ById(All, id);
        PointWarnings.TellOlder(invocation, _opened, All);
        return PointChooser.Latest(All);
    }

    /// <summary>The chosen points, joined to one tree.</summary>
    public Task<PointTree> TreeAsync(Invocation invocation) => TreeAsync(Chosen(invocation), invocation.Cancellation);

    public async Task<PointTree> TreeAsync(IReadOnlyList<PointDescription> points, CancellationToken cancellationToken)
    {
        var browsers = new List<PointBrowser>();
        foreach (var point in points) browsers.Add(await PointBrowser.OpenAsync(Pages, point, cancellationToken));
        _browsers.AddRange(points.Zip(browsers));
        return new PointTree(browsers);
    }

    /// <summary>
    /// Tells what is odd about the points that were opened: gaps before them, clocks apart, another server's.
    /// </summary>
    public void TellOdd(Invocation invocation)
    {
        PointWarnings.TellGaps(invocation.Printer, All, [.. _browsers.Select(opened => opened.First)]);
        foreach (var (listed, opened) in _browsers) PointWarnings.TellOdd(invocation, _opened, listed, opened.Body);
    }

    public async ValueTask DisposeAsync()
    {
        Pages.Dispose();
        await _frames.DisposeAsync();
        await _opened.DisposeAsync();
    }

    /// <summary>A day is taken to its end, a minute to its; a time without a zone is this machine's.</summary>
    internal static DateTimeOffset TimeOf(string text)
    {
        // The year 9999 has an end of its own, and other orders of day and month are guesses.
        if (Parsed(text, ["yyyy-MM-dd"]) is { Year: < 9999 } day) return Local(day.AddDays(1).AddTicks(-1));
        if (Parsed(text, ["yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm"]) is { Year: < 9999 } minute)
            return Local(minute.AddMinutes(1).AddTicks(-1));
        string[] second = ["yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF"];
        if (Parsed(text, second) is { Year: < 9999 and > 1 } exact) return Local(exact);
        string[] zoned =
        [
            "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm K",
            "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFF K",
        ];
        return DateTimeOffset.TryParseExact(
                text, zoned, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time)
            ? time
            : throw FaultException.Usage("time.unreadable", $"'{text}' is not a time.",
                "Write 2026-03-01, '2026-03-01 12:00', 2026-03-01T12:00:00Z or 2026-03-01T12:00:00+01:00.");
    }

    private static DateTime? Parsed(string text, string[] forms) =>
        DateTime.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            && time.Year > 1 ? time : null;

    private static DateTimeOffset Local(DateTime time) => new(time, TimeZoneInfo.Local.GetUtcOffset(time));
}
