using Coffer.Agent.Policies;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Exclusions;
using Coffer.Format.Policies;

namespace Coffer.Unit.Format.Policies;

public sealed class PolicyCodecTests
{
    [Fact]
    public void Decode_OfEncoded_IsTheSamePolicyToTheByte()
    {
        var policy = ProtectionPolicy.Empty("Europe/Berlin") with
        {
            Version = 7,
            Items = [new PolicyItem([(byte)'/', 0xff, (byte)'\\']), new PolicyItem("/srv/ü"u8.ToArray())],
            Exclusions = [ExclusionPattern.Parse(@"a\*b"u8), ExclusionPattern.Parse([(byte)'!', 0xfe])],
            Snapshots = SnapshotUse.Required,
            SkipsCacheFolders = false,
        };
        byte[] encoded = PolicyCodec.Encode(policy);
        var decoded = PolicyCodec.Decode(encoded, "test");
        PolicyCodec.Encode(decoded).ShouldBe(encoded);
        decoded.Items[0].Path.ShouldBe(policy.Items[0].Path);
        decoded.Exclusions[1].Text.ShouldBe(policy.Exclusions[1].Text);
        decoded.Schedule.Times.ShouldBe([new TimeOnly(21, 0)]);
        decoded.Retention.Yearly!.InMonths.ShouldBe([1]);
        decoded.Version.ShouldBe(7);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"version":1,"items":[],"exclusions":[],"skipsCacheFolders":true,"snapshots":"maybe"}""")]
    public void Decode_OfOtherText_IsCorruption(string text) =>
        Should.Throw<CorruptionException>(() => PolicyCodec.Decode(System.Text.Encoding.UTF8.GetBytes(text), "test"));
}
