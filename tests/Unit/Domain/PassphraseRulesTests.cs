using Coffer.Domain;
using Coffer.Domain.Passphrases;

namespace Coffer.Unit.Domain;

public sealed class PassphraseRulesTests
{
    [Theory]
    [InlineData("", "passphrase.short")]
    [InlineData("123456789012345", "passphrase.short")]
    [InlineData("1234567890123456", null)]
    [InlineData("                ", null)]
    [InlineData("~~~~~~~~~~~~~~~~", null)]
    [InlineData("1234567890123456\n", "passphrase.characters")]
    [InlineData("1234567890123456\t", "passphrase.characters")]
    [InlineData("1234567890123456\u007f", "passphrase.characters")]
    [InlineData("pässphrase that is long", "passphrase.characters")]
    [InlineData("ä", "passphrase.characters")]
    public void Broken_APassphrase_NamesTheRule(string passphrase, string? code)
    {
        var fault = PassphraseRules.Broken(passphrase);
        fault?.Code.ShouldBe(code);
        (fault is null).ShouldBe(code is null);
        if (fault is not null) fault.Kind.ShouldBe(FaultKind.Usage);
    }

    [Fact]
    public void Broken_LongestAndOneMore_AllowsTheLongest()
    {
        PassphraseRules.Broken(new string('a', PassphraseRules.MaximumLength)).ShouldBeNull();
        PassphraseRules.Broken(new string('a', PassphraseRules.MaximumLength + 1))!.Code.ShouldBe("passphrase.long");
    }

    [Fact]
    public void Broken_AnOddCharacter_NeverQuotesThePassphrase() =>
        PassphraseRules.Broken("hunter2\nhunter2hunter2")!.Message.ShouldNotContain("hunter2");
}
