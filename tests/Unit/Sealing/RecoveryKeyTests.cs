using Coffer.Domain;
using Coffer.Sealing.Envelopes;

namespace Coffer.Unit.Sealing;

public sealed class RecoveryKeyTests
{
    [Fact]
    public void Parse_ItsText_GivesTheKeyBack()
    {
        using var key = RecoveryKey.New();
        string text = key.ToText();
        text.Split('-').ShouldAllBe(g => g.Length == 4);
        text.Length.ShouldBe(69);
        string[] forms = [text, text.ToUpperInvariant(), text.Replace("-", " "), text.Replace("-", "") + "\n"];
        foreach (string form in forms)
        {
            using var read = RecoveryKey.Parse(form);
            read.Bytes.ToArray().ShouldBe(key.Bytes.ToArray(), form);
        }
    }

    [Fact]
    public void Parse_LookAlikes_AreRead()
    {
        using var key = RecoveryKey.New();
        using var read = RecoveryKey.Parse(key.ToText().Replace('0', 'O').Replace('1', 'l'));
        read.Bytes.ToArray().ShouldBe(key.Bytes.ToArray());
    }

    [Fact]
    public void Parse_AnySignMistyped_Refuses()
    {
        using var key = RecoveryKey.New();
        string text = key.ToText();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '-') continue;
            string wrong = text[..i] + (text[i] == 'x' ? 'y' : 'x') + text[(i + 1)..];
            Should.Throw<FaultException>(() => RecoveryKey.Parse(wrong)).Fault.Code.ShouldBe("recovery.mistyped");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("0000-0000")]
    [InlineData("u000-0000")]
    [InlineData("ß")]
    public void Parse_SomethingElse_Refuses(string text) =>
        Should.Throw<FaultException>(() => RecoveryKey.Parse(text)).Fault.Code.ShouldBe("recovery.mistyped");

    [Fact]
    public void Parse_OneSignMore_Refuses()
    {
        using var key = RecoveryKey.New();
        Should.Throw<FaultException>(() => RecoveryKey.Parse(key.ToText() + "0"))
            .Fault.Code.ShouldBe("recovery.mistyped");
    }
}
