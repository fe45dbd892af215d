using System.Text.Json;
using Coffer.Contracts.Wire;
using Coffer.Format.Records;
using Coffer.Vault.Serving;

namespace Coffer.Server.Hosting.Certificates;

/// <summary>Which key comes after which: <c>certificates.json</c> of the service's folder.</summary>
/// <param name="Current">SHA-256 of the public key in use.</param>
/// <param name="Previous">What was signed for it counts until <paramref name="PreviousUntil"/>; null: nothing does.
/// </param>
internal sealed record CertificatePlan(
    byte[] Current, NextPin? Next = null, byte[]? Previous = null, DateTimeOffset PreviousUntil = default)
{
    /// <summary>With the announced key in use.</summary>
    public CertificatePlan Changed(DateTimeOffset now) =>
        new(Next!.Pin, null, Current, now + ServicePins.PreviousCounts);

    public byte[] Encode() => CanonicalJson.Write(json =>
    {
        json.WriteString("current"u8, Convert.ToHexStringLower(Current));
        if (Next is { } next)
        {
            json.WriteString("nextFrom"u8, CanonicalJson.Time(next.From));
            json.WriteString("nextPin"u8, Convert.ToHexStringLower(next.Pin));
        }
        if (Previous is null) return;
        json.WriteString("previous"u8, Convert.ToHexStringLower(Previous));
        json.WriteString("previousUntil"u8, CanonicalJson.Time(PreviousUntil));
    });

    /// <exception cref="Domain.CorruptionException">It is damaged.</exception>
    public static CertificatePlan Decode(byte[] bytes, string place) => CanonicalJson.Read(bytes, place, root =>
    {
        bool hasNext = root.TryChild("nextPin", out _), hasPrevious = root.TryChild("previous", out _);
        return new CertificatePlan(
            PinOf(root, "current"),
            hasNext ? new NextPin(PinOf(root, "nextPin"), root.Time("nextFrom")) : null,
            hasPrevious ? PinOf(root, "previous") : null,
            hasPrevious ? root.Time("previousUntil") : default);
    });

    private static byte[] PinOf(JsonElement root, string name)
    {
        byte[] pin = Convert.FromHexString(root.Text(name));
        return pin.Length == NextPin.PinSize ? pin : throw new FormatException($"'{name}' is no hash");
    }
}
