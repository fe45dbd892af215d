using Coffer.Domain;
using Coffer.Domain.Protection;
using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Settings;
using Coffer.Server.Commands.Audits;
using Coffer.Server.Commands.Security;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Service.Console;

/// <summary>What operators type, and what is made of it.</summary>
public sealed class WordsTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1500", 1500)]
    [InlineData("500GB", 500_000_000_000)]
    [InlineData("1.5 TB", 1_500_000_000_000)]
    [InlineData("200GiB", 214_748_364_800)]
    [InlineData("2kb", 2000)]
    public void Size_IsRead(string text, long bytes) => Words.SizeOf(text).ShouldBe(bytes);

    [Theory]
    [InlineData("")]
    [InlineData("many")]
    [InlineData("-1GB")]
    [InlineData("1XB")]
    [InlineData("1..5GB")]
    [InlineData("99999999999PB")]
    public void Size_ThatIsNone_IsRefused(string text) =>
        Should.Throw<FaultException>(() => Words.SizeOf(text)).Fault.Code.ShouldBe("quota.value");

    [Fact]
    public void Name_OfEachOperation_IsReadInBothForms()
    {
        foreach (var operation in Enum.GetValues<CriticalOperation>())
        {
            Words.Parse<CriticalOperation>(operation.ToString()).ShouldBe(operation);
            Words.Parse<CriticalOperation>(Words.Of(operation)).ShouldBe(operation);
        }
        Words.Of(StopWay.RetainByPolicy).ShouldBe("retain-by-policy");
        Should.Throw<FaultException>(() => Words.Parse<StopWay>("3")).Fault.Code.ShouldBe("value.unknown");
    }

    [Fact]
    public void Switches_ThatAreNotNamed_StayAsTheyAre()
    {
        var from = SecuritySettings.Default with
        {
            Immutability = Immutability.On,
            MultiUser = new MultiUserAuthorization(true, true, false, true),
        };
        Typed().Applied(from).ShouldBe(from);
        Typed(softDelete: "always-on").Applied(from).SoftDelete
            .ShouldBe(from.SoftDelete with { Mode = SoftDeleteMode.AlwaysOn });
        Typed(guard: "shorter-retention").Applied(from).MultiUser
            .ShouldBe(new MultiUserAuthorization(true, false, true, false));
        Typed(minimum: "30d, 2y").Applied(from).MinimumRetention.ShouldBe(new MinimumRetention(30, 4, 3, 2));
        Should.Throw<FaultException>(() => Typed(minimum: "30").Applied(from)).Fault.Code.ShouldBe("value.unknown");
        Should.Throw<FaultException>(() => Typed(guard: "all").Applied(from)).Fault.Code.ShouldBe("value.unknown");
    }

    [Fact]
    public void Named_TakesTheIdFirst_ThenTheNameOfOne_ThenTheBeginningOfAnId()
    {
        (string Id, string Name)[] all = [("abcd01", "web"), ("abcd02", "db"), ("ef0011", "db"), ("cc0011", "abcd01")];
        Find("abcd01").ShouldBe("abcd01");
        Find("web").ShouldBe("abcd01");
        Find("ef00").ShouldBe("ef0011");
        CodeOf("db").ShouldBe("name.ambiguous");
        CodeOf("abcd").ShouldBe("name.ambiguous");
        CodeOf("ef").ShouldBe("name.unknown");

        string Find(string named) => Named.One(all, named, "server", one => one.Id, one => one.Name).Id;
        string CodeOf(string named) => Should.Throw<FaultException>(() => Find(named)).Fault.Code;
    }

    [Fact]
    public void Head_OfAnAuditLog_IsReadAsItWasPrinted()
    {
        string hash = new('a', 64);
        AuditVerifyCommand.HeadOf($"12:{hash}\n").ShouldBe(new Domain.Security.Audit.AuditHead(12, hash));
        foreach (string wrong in (string[])["", "12", $"-1:{hash}", "12:", $"12:{hash}0", $"x:{hash}"])
            Should.Throw<FaultException>(() => AuditVerifyCommand.HeadOf(wrong)).Fault.Code.ShouldBe("audit.head");
    }

    private static SwitchWords Typed(string? softDelete = null, string? guard = null, string? minimum = null) =>
        new(null, softDelete, null, null, null, guard, minimum);
}
