using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Coffer.Agent.Doctor;
using Coffer.Agent.Homes;
using Coffer.Contracts.Http.Connecting;
using Coffer.Sealing.Keys;

namespace Coffer.Unit.Agent.Doctor;

public sealed class SecretGuardTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("coffer-guard-").FullName;
    private readonly KeyspaceKeys _keys = KeyspaceKeys.New();
    private readonly ECDsa _machineKey = KeyThatLooksLikeALine();
    private readonly SecretGuard _guard;

    public SecretGuardTests()
    {
        var home = new AgentHome(Path.Combine(_folder, "home"));
        home.Prepare();
        home.WriteKeys(_keys, _machineKey);
        home.WritePassphrase("correct \"horse\" <battery>");
        home.WriteProxy(new VaultProxy(new Uri("http://proxy:3128/"), "office", "pässword"));
        _guard = new SecretGuard(home);
    }

    public void Dispose()
    {
        _keys.Dispose();
        _machineKey.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public static TheoryData<string, string> Forms => new MatrixTheoryData<string, string>(
        ["data", "machine", "number", "passphrase", "proxy"],
        ["raw", "hex", "HEX", "base64", "base64+1", "base64+2", "base64url", "json"]);

    [Theory]
    [MemberData(nameof(Forms))]
    public void Clean_ASecretInAForm_IsStruckOut(string secret, string form)
    {
        byte[] bytes = Bytes(secret), shown = Shown(bytes, form);
        byte[] content = [.. "before "u8, .. shown, .. " between "u8, .. shown, .. " after"u8];
        _guard.Clean(content).ShouldBeTrue();
        content.AsSpan().IndexOf(shown).ShouldBe(-1);
        string text = Encoding.Latin1.GetString(content);
        (text.StartsWith("before ", StringComparison.Ordinal), text.EndsWith(" after", StringComparison.Ordinal))
            .ShouldBe((true, true));
    }

    [Fact]
    public void Clean_ASecretOfStars_ComesToItsEnd()
    {
        var home = new AgentHome(Path.Combine(_folder, "stars"));
        home.Prepare();
        home.WritePassphrase("****************");
        byte[] content = "before **************** after"u8.ToArray();
        new SecretGuard(home).Clean(content).ShouldBeTrue();
    }

    [Fact]
    public void Clean_TextWithoutASecret_IsLeftAsItIs()
    {
        byte[] content = "{\"machine\": \"0011223344556677\", \"proxy\": \"http://proxy:3128\"}"u8.ToArray();
        byte[] before = [.. content];
        _guard.Clean(content).ShouldBeFalse();
        content.ShouldBe(before);
    }

    // Its last byte ends a line of text.
    private static ECDsa KeyThatLooksLikeALine()
    {
        while (true)
        {
            var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            if (key.ExportPkcs8PrivateKey()[^1] == '\n') return key;
            key.Dispose();
        }
    }

    private byte[] Bytes(string secret) => secret switch
    {
        "data" => _keys.DataKey.ToArray(),
        "machine" => _machineKey.ExportPkcs8PrivateKey(),
        "number" => _machineKey.ExportParameters(includePrivateParameters: true).D!,
        "passphrase" => "correct \"horse\" <battery>"u8.ToArray(),
        _ => Encoding.UTF8.GetBytes("pässword"),
    };

    private static byte[] Shown(byte[] secret, string form) => form switch
    {
        "raw" => secret,
        "hex" => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret)),
        "HEX" => Encoding.ASCII.GetBytes(Convert.ToHexString(secret)),
        // As it comes out where other bytes stand before it.
        "base64url" => Encoding.ASCII.GetBytes(Base64Url.EncodeToString(secret)),
        // Of what is no text there is no such form.
        "json" => Utf8.IsValid(secret) ? JsonEncodedText.Encode(secret).EncodedUtf8Bytes.ToArray() : secret,
        "base64+1" => Encoding.ASCII.GetBytes(Convert.ToBase64String([0, .. secret])),
        "base64+2" => Encoding.ASCII.GetBytes(Convert.ToBase64String([0, 0, .. secret])),
        _ => Encoding.ASCII.GetBytes(Convert.ToBase64String(secret)),
    };
}
