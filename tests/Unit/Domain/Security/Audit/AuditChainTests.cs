using System.Text;
using Coffer.Domain.Security;
using Coffer.Domain.Security.Audit;

namespace Coffer.Unit.Domain.Security.Audit;

public sealed class AuditChainTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 6, 1, 14, 0, 0, TimeSpan.FromHours(2));

    [Fact]
    public void Append_Events_NumbersAndLinksThem()
    {
        var log = Log(3);
        log.Select(entry => entry.Number).ShouldBe([1, 2, 3]);
        log[0].PreviousHash.ShouldBe(AuditHead.Start.Hash);
        log[2].PreviousHash.ShouldBe(log[1].Hash);
        log[0].Time.Offset.ShouldBe(TimeSpan.Zero);
        log[0].Time.ShouldBe(s_noon);
        AuditChain.Verify(log, AuditHead.Start, log[^1].AsHead()).ShouldBeNull();
    }

    /// <summary>The canonical bytes written out by hand: a change of the format must fail here.</summary>
    [Fact]
    public void Hash_OfOneEntry_IsThatOfTheDocumentedBytes()
    {
        var entry = AuditChain.Append(AuditHead.Start, Event(1));
        byte[] bytes =
        [
            .. "coffer/1/audit"u8, .. new byte[32],
            0, 0, 0, 0, 0, 0, 0, 1,
            .. BigEndian(s_noon.UtcTicks),
            0, 0, 0, 1,
            0, 0, 0, 5, .. "anna1"u8,
            0, 0, 0, 3, .. "pin"u8,
            0, 0, 0, 9, .. "source ü"u8,
            0, 0, 0, 2,
            0, 0, 0, 1, .. "a"u8, 0, 0, 0, 1, .. "1"u8,
            0, 0, 0, 1, .. "b"u8, 0, 0, 0, 0,
        ];
        entry.Hash.ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
    }

    public static TheoryData<string, Func<AuditEntry, AuditEntry>> Changes => new()
    {
        { "time", entry => entry with { Time = entry.Time.AddTicks(1) } },
        { "actor", entry => entry with { Actor = "bob" } },
        { "operation", entry => entry with { Operation = "view" } },
        { "object", entry => entry with { Object = "" } },
        { "outcome", entry => entry with { Outcome = AuditOutcome.Refused } },
        { "a detail", entry => entry with { Details = [entry.Details[0], new("b", "2")] } },
        { "a detail's name", entry => entry with { Details = [new("c", "1"), entry.Details[1]] } },
        { "a detail less", entry => entry with { Details = [entry.Details[0]] } },
        { "details exchanged", entry => entry with { Details = [entry.Details[1], entry.Details[0]] } },
        { "text moved between fields", entry => entry with { Actor = entry.Actor + "p", Operation = "in" } },
        { "hash", entry => entry with { Hash = new string('0', 64) } },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Verify_AnEntryChanged_NamesIt(string what, Func<AuditEntry, AuditEntry> change)
    {
        var log = Log(5);
        log[2] = change(log[2]);
        Finding(log, null).ShouldBe((3, AuditDefect.Altered), what);
    }

    [Fact]
    public void Verify_AnEntryChangedAndHashedAnew_NamesTheNextOrTheKnownHead()
    {
        var log = Log(5);
        var head = log[4].AsHead();
        log[2] = AuditChain.Append(log[1].AsHead(), Event(99));
        Finding(log, null).ShouldBe((4, AuditDefect.Unlinked));

        // All after it too: only the head that was known elsewhere tells.
        log[3] = AuditChain.Append(log[2].AsHead(), Event(4));
        log[4] = AuditChain.Append(log[3].AsHead(), Event(5));
        Finding(log, null).ShouldBeNull();
        Finding(log, head).ShouldBe((5, AuditDefect.Rewritten));
    }

    [Fact]
    public void Verify_AnEntryTakenOut_IsAGap()
    {
        var log = Log(5);
        log.RemoveAt(2);
        Finding(log, null).ShouldBe((4, AuditDefect.Gap));
        log = Log(5);
        log.RemoveAt(0);
        Finding(log, null).ShouldBe((2, AuditDefect.Gap));
    }

    [Fact]
    public void Verify_EntriesTwiceOrExchanged_AreNamed()
    {
        var log = Log(5);
        log.Insert(3, log[2]);
        Finding(log, null).ShouldBe((3, AuditDefect.Repeated));
        log = Log(5);
        (log[1], log[2]) = (log[2], log[1]);
        Finding(log, null).ShouldBe((3, AuditDefect.Gap));
    }

    [Fact]
    public void Verify_ACutTail_IsSeenWithTheKnownHead()
    {
        var log = Log(5);
        var head = log[4].AsHead();
        log.RemoveRange(3, 2);
        Finding(log, null).ShouldBeNull();
        Finding(log, head).ShouldBe((4, AuditDefect.CutTail));
        Finding([], head).ShouldBe((1, AuditDefect.CutTail));
        Finding([], null).ShouldBeNull();
    }

    [Fact]
    public void Verify_ALogThatWentOn_FitsAnOlderHead()
    {
        var log = Log(5);
        Finding(log, log[2].AsHead()).ShouldBeNull();
        Finding(log, new AuditHead(3, new string('1', 64))).ShouldBe((3, AuditDefect.Rewritten));
    }

    [Fact]
    public void Verify_APartFromAKnownEntryOn_NeedsNoneBefore()
    {
        var log = Log(5);
        AuditChain.Verify(log.Skip(2), log[1].AsHead(), log[4].AsHead()).ShouldBeNull();
        AuditChain.Verify(log.Skip(2), new AuditHead(2, log[0].Hash), null)!.Defect.ShouldBe(AuditDefect.Unlinked);
    }

    [Fact]
    public void Append_AnyText_StaysAsItIsStored()
    {
        var happened = Event(1) with { Object = "half \ud800 a pair", Actor = new string('x', 10_000) };
        var entry = AuditChain.Append(AuditHead.Start, happened);
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(entry.Object)).ShouldBe(entry.Object);
        entry.Actor.Length.ShouldBe(SecurityLimits.AuditFieldCharacters);
        entry.Actor.ShouldEndWith("…");
        AuditChain.Verify([entry], AuditHead.Start, null).ShouldBeNull();
    }

    [Fact]
    public void Append_Details_AreSortedAndBounded()
    {
        var details = Enumerable.Range(0, 100).ToDictionary(i => $"{99 - i:D2}", i => "");
        var entry = AuditChain.Append(AuditHead.Start, Event(1) with { Details = details });
        entry.Details.Select(detail => detail.Key)
            .ShouldBe(Enumerable.Range(0, SecurityLimits.AuditDetails).Select(i => $"{i:D2}"));
    }

    private static (long, AuditDefect)? Finding(IEnumerable<AuditEntry> log, AuditHead? known) =>
        AuditChain.Verify(log, AuditHead.Start, known) is { } finding ? (finding.Number, finding.Defect) : null;

    private static List<AuditEntry> Log(int count)
    {
        var log = new List<AuditEntry>();
        for (int i = 1; i <= count; i++)
            log.Add(AuditChain.Append(log.Count == 0 ? AuditHead.Start : log[^1].AsHead(), Event(i)));
        return log;
    }

    private static AuditEvent Event(int number) => new(
        s_noon, $"anna{number}", "pin", "source ü", AuditOutcome.Done,
        new Dictionary<string, string> { ["b"] = "", ["a"] = $"{number}" });

    private static byte[] BigEndian(long value)
    {
        byte[] bytes = new byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }
}
