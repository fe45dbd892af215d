using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Coffer.Agent.Homes;

namespace Coffer.Agent.Doctor;

/// <summary>
/// The last look at what is about to be handed on: no secret of this home may be in it, as it is, in JSON, as
/// hexadecimal text or as base64 at any of its three places in a group. What is handed on is made of things that hold
/// none; this finds the mistake in that.
/// </summary>
public sealed class SecretGuard
{
    /// <summary>What is shorter is found in any text.</summary>
    private const int ShortestBytes = 6;

    private readonly List<byte[]> _forms = [];

    public SecretGuard(AgentHome home)
    {
        foreach (byte[] secret in home.ReadSecrets())
        {
            _forms.AddRange(PartsOf(secret).SelectMany(FormsOf).Where(form => form.Length >= ShortestBytes));
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Strikes out each secret; false where there was none.</summary>
    public bool Clean(byte[] content)
    {
        bool isStruck = false;
        foreach (byte[] form in _forms)
        {
            // Behind what was struck: a secret of stars would be found in its own place for ever.
            for (int from = 0, at; (at = content.AsSpan(from).IndexOf(form)) >= 0; isStruck = true)
            {
                content.AsSpan(from + at, form.Length).Fill((byte)'*');
                from += at + form.Length;
            }
        }

        return isStruck;
    }

    // Of a line of text what stands in it; of a key in its envelope of DER the number itself. A key may end in bytes
    // that look like the end of a line.
    private static IEnumerable<byte[]> PartsOf(byte[] secret)
    {
        yield return [.. secret];
        byte[] line = secret.AsSpan().TrimEnd("\r\n"u8).ToArray();
        if (line.Length < secret.Length) yield return line;
        using var key = ECDsa.Create();
        byte[]? number = null;
        try
        {
            key.ImportPkcs8PrivateKey(secret, out _);
            number = key.ExportParameters(includePrivateParameters: true).D;
        }
        catch (CryptographicException)
        {
            // Another kind of secret.
        }

        if (number is not null) yield return number;
    }

    private static IEnumerable<byte[]> FormsOf(byte[] secret)
    {
        yield return secret;
        yield return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret));
        yield return Encoding.ASCII.GetBytes(Convert.ToHexString(secret));
        for (int skipped = 0; skipped < 3 && secret.Length > skipped + 3; skipped++)
        {
            int length = (secret.Length - skipped) / 3 * 3;
            string text = Convert.ToBase64String(secret.AsSpan(skipped, length));
            yield return Encoding.ASCII.GetBytes(text);
            yield return Encoding.ASCII.GetBytes(text.Replace('+', '-').Replace('/', '_'));
        }

        if (!Utf8.IsValid(secret)) yield break;
        yield return JsonEncodedText.Encode(secret).EncodedUtf8Bytes.ToArray();
        yield return JsonEncodedText.Encode(secret, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)
            .EncodedUtf8Bytes.ToArray();
    }
}
