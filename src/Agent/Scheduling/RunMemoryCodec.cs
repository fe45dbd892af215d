using Coffer.Domain.Schedules;
using Coffer.Format.Records;

namespace Coffer.Agent.Scheduling;

/// <summary><c>schedule.json</c> in the home.</summary>
internal static class RunMemoryCodec
{
    public static byte[] Encode(RunMemory memory) => CanonicalJson.Write(json =>
    {
        if (memory.FailedAt is { } failed) json.WriteString("failedAt"u8, CanonicalJson.Time(failed));
        json.WriteNumber("failures"u8, memory.Failures);
        json.WriteString("handled"u8, CanonicalJson.Time(memory.Handled));
    });

    public static RunMemory Decode(byte[] bytes, string place) => CanonicalJson.Read(bytes, place, static root =>
        new RunMemory(
            root.Time("handled"), checked((int)root.Number("failures")),
            root.TryChild("failedAt", out _) ? root.Time("failedAt") : null));
}
