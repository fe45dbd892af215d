using System.Text;
using Coffer.Domain;
using Coffer.Format;
using Coffer.Format.Records;

namespace Coffer.Unit.Format.Records;

public sealed class RecordFileTests
{
    [Fact]
    public void Decode_AsWritten_IsTheSame() =>
        Encoding.UTF8.GetString(RecordFile.Decode(RecordFile.Encode("{\"a\":1}"u8.ToArray()), "test"))
            .ShouldBe("{\"a\":1}");

    [Fact]
    public void Decode_CutOrChangedAnywhere_IsRefused()
    {
        byte[] good = RecordFile.Encode("{\"a\":1}"u8.ToArray());
        for (int at = 0; at < good.Length; at++)
        {
            byte[] changed = [.. good];
            changed[at] ^= 1;
            Refused(changed);
            Refused(good[..at]);
        }

        Refused([.. good, (byte)'\n']);
        Refused(new byte[Limits.MaxRecordBytes + 1]);
    }

    [Theory]
    [InlineData("000000000001-point", true)]
    [InlineData("00000000001-point", false)]
    [InlineData("0000000000001-point", false)]
    [InlineData("00000000000x-point", false)]
    [InlineData("000000000001-", false)]
    [InlineData("000000000001", false)]
    public void TryParseName_Text_AcceptsOnlyNames(string name, bool isName) =>
        RecordFile.TryParseName(name, out _, out _).ShouldBe(isName);

    private static void Refused(byte[] file) =>
        Should.Throw<CorruptionException>(() => RecordFile.Decode(file, "test").ToArray());
}
