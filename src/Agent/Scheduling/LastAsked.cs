using Coffer.Domain;
using Coffer.Format.Records;

namespace Coffer.Agent.Scheduling;

/// <summary>
/// The last backup that the vault asked this machine for: <c>asked.json</c> in the home, written before it begins.
/// </summary>
public sealed record LastAsked(Id128 Id, DateTimeOffset At)
{
    internal byte[] Encode() => CanonicalJson.Write(json =>
    {
        json.WriteString("at"u8, CanonicalJson.Time(At));
        json.WriteString("id"u8, Id.ToString());
    });

    internal static LastAsked Decode(byte[] bytes, string place) => CanonicalJson.Read(bytes, place, static root =>
        new LastAsked(Id128.Parse(root.Text("id")), root.Time("at")));
}
