using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Coffer.EndToEnd.Serving.Registration;

/// <param name="Make">Brings the situation about and runs the command that meets it.</param>
internal sealed record Situation(string Name, string Code, Func<RegistrationScene, Run> Make);

/// <summary>A vault, a machine that is to register with it, and all that can be in the way.</summary>
internal sealed class RegistrationScene : IDisposable
{
    private const string Passphrase = "correct horse battery staple", Another = "another passphrase altogether";

    public static readonly Situation[] All =
    [
        new("no such file", "credentials.missing", scene => scene.Register(scene._machine.At("no.vaultCredentials"))),
        new("renamed", "credentials.extension", scene => scene.RegisterWith("office.txt", scene.Made())),
        new("cut short", "credentials.damaged", scene => scene.RegisterWith("a.vaultCredentials", scene.Made()[..99])),
        new("changed on its way", "credentials.damaged", scene => scene.RegisterWith(
            "a.vaultCredentials", scene.Made().Replace("\"default\"", "\"dEfault\"", StringComparison.Ordinal))),
        new("of a newer vault", "credentials.newer", scene => scene.Altered("version", 2)),
        new("expired", "credentials.expired", scene => scene.Once("UPDATE credentials SET valid_until = made + 1")),
        new("superseded", "credentials.superseded", scene => scene.Superseded()),
        new("its secret is not known", "credentials.unknown", scene => scene.Once("DELETE FROM credentials")),
        new("of another vault than the machine's", "machine.registered", scene => scene.OfAnotherVault()),
        new("another vault at the address", "vault.unknown", scene => scene.MadeAnew(keepsCertificate: true)),
        new("vault deleted, another made there", "vault.certificate", scene => scene.MadeAnew(keepsCertificate: false)),
        new("vault deleted under the service", "store.lost", scene => scene.DeletedMeanwhile()),
        new("certificate is not the pinned one", "vault.certificate", scene => scene.OtherCertificate()),
        new("clock off by a day", "machine.clock", scene => scene.OtherClock(TimeSpan.FromDays(1))),
        new("clock off by a day, behind", "machine.clock", scene => scene.OtherClock(TimeSpan.FromDays(-1))),
        new("no vault but something else answers", "vault.answer", scene => scene.SomethingElse()),
        new("proxy wants a password", "proxy.password", scene => scene.Through("office:secret")),
        new("proxy does not take the password", "proxy.password", scene => scene.Through("u:secret", user: "u")),
        new("proxy is away", "proxy.unreachable", scene => scene.Register(scene.File(), "--proxy", "127.0.0.1:9")),
        new("proxy refuses", "proxy.refused", scene => scene.Through(null, HttpStatusCode.Forbidden)),
        new("proxy's address is none", "proxy.address", scene => scene.Register(scene.File(), "--proxy", "ftp://p")),
        new("proxy's password is not there", "proxy.file", scene => scene.Register(
            scene.File(), "--proxy", "127.0.0.1:9", "--proxy-user", "u", "--proxy-password-file", "/no/such")),
        new("vault is away", "vault.unreachable", scene => scene.Away()),
        new("proxy finds no vault", "vault.unreachable", scene => scene.Through(null, HttpStatusCode.BadGateway)),
        new("disk of the vault is full", "vault.full", scene => scene.FullDisk()),
        new("name is known", "register.known", scene => scene.KnownName()),
        new("passphrase of the known server is wrong", "passphrase.wrong", scene => scene.WrongPassphrase()),
        new("passphrase too short", "passphrase.short", scene => Register(scene._machine, scene.File(), "short")),
        new("one machine too many", "register.full", scene => scene.TooMany()),
    ];

    private readonly RunningVault _vault = new();
    private readonly Machine _machine = new(), _other = new();
    private readonly List<IDisposable> _more = [];

    public void Dispose()
    {
        foreach (var one in _more) one.Dispose();
        _machine.Dispose();
        _other.Dispose();
        _vault.Dispose();
    }

    private string File()
    {
        _vault.MakeCredentials();
        return _vault.Credentials;
    }

    private string Made() => System.IO.File.ReadAllText(File());

    private Run Register(string file, params string[] more) => Register(_machine, file, Passphrase, more);

    private static Run Register(Machine machine, string file, string passphrase, params string[] more)
    {
        System.IO.File.WriteAllText(machine.Passphrase, passphrase + "\n");
        return machine.Json(["register", file, "--passphrase-file", machine.Passphrase, .. more]);
    }

    private Run RegisterWith(string name, string content)
    {
        System.IO.File.WriteAllText(_machine.At(name), content);
        return Register(_machine.At(name));
    }

    /// <summary>As somebody would make it: with no check that tells of the change.</summary>
    private Run Altered(string member, JsonNode value)
    {
        var all = JsonNode.Parse(Made())!;
        all[member] = value;
        all["check"] = null;
        return RegisterWith("altered.vaultCredentials", all.ToJsonString());
    }

    /// <summary>After the vault's tables were changed.</summary>
    private Run Once(string sql)
    {
        string file = File();
        VaultTables.Change(_vault, sql);
        return Register(file);
    }

    private Run Superseded()
    {
        string older = Made();
        _vault.MakeCredentials();
        return RegisterWith("older.vaultCredentials", older);
    }

    private Run OfAnotherVault()
    {
        Register(File()).ExitCode.ShouldBe(0);
        var other = new RunningVault();
        _more.Add(other);
        other.MakeCredentials();
        return Register(other.Credentials);
    }

    private Run MadeAnew(bool keepsCertificate)
    {
        string file = File();
        _vault.Kill();
        string kept = _vault.Data + "-kept";
        Directory.Move(_vault.Data, kept);
        _vault.Start();
        if (!keepsCertificate) return Register(file);
        _vault.Kill();
        System.IO.File.Copy(Certificate(kept), Certificate(_vault.Data), overwrite: true);
        _vault.Start();
        return Register(file);
    }

    private Run DeletedMeanwhile()
    {
        string file = File();
        Directory.Delete(_vault.Data, recursive: true);
        return Register(file);
    }

    private Run OtherCertificate()
    {
        string file = File();
        _vault.Kill();
        System.IO.File.Delete(Certificate(_vault.Data));
        _vault.Start();
        return Register(file);
    }

    private Run OtherClock(TimeSpan off) => With(id =>
        JsonSerializer.Serialize(new { id, name = "default", time = DateTimeOffset.UtcNow + off }));

    private Run SomethingElse() => With(_ => "<html>Welcome</html>");

    /// <summary>Whoever has the pinned key, and answers all questions with one text.</summary>
    private Run With(Func<string, string> answer)
    {
        var all = JsonNode.Parse(Made())!;
        var double_ = new OneAnswer(answer((string)all["vault"]!));
        _more.Add(double_);
        all["address"] = double_.Address;
        all["pin"] = Convert.ToBase64String(double_.Pin);
        all["check"] = null;
        return RegisterWith("double.vaultCredentials", all.ToJsonString());
    }

    private Run Through(string? secret, HttpStatusCode? refusal = null, string? user = null)
    {
        var proxy = new ConnectProxy(secret) { Refusal = refusal };
        _more.Add(proxy);
        System.IO.File.WriteAllText(_machine.At("wrong"), "not that one\n");
        string[] with = user is null ? [] : ["--proxy-user", user, "--proxy-password-file", _machine.At("wrong")];
        return Register(File(), ["--proxy", proxy.Address, .. with]);
    }

    private Run Away()
    {
        string file = File();
        _vault.Kill();
        return Register(file);
    }

    private Run FullDisk()
    {
        string file = File();
        _vault.Kill();
        string moved = _vault.Data + "-moved";
        Directory.Move(_vault.Data, moved);
        var disk = SmallDisk.Mount(_machine, _vault.Data, "160m"); // the vault keeps 64 MiB of it back
        _more.Add(disk);
        _machine.Start("cp", "-a", moved + "/.", _vault.Data).ExitCode.ShouldBe(0);
        _vault.Start();
        disk.Fill();
        var run = Register(file);
        disk.Empty();
        Register(file).ExitCode.ShouldBe(0, "once there is room, the same command goes on");
        _vault.Kill();
        return run;
    }

    private Run KnownName()
    {
        string file = File();
        Register(_other, file, Another).ExitCode.ShouldBe(0);
        return Register(file);
    }

    private Run WrongPassphrase()
    {
        string file = File();
        string known = Register(_other, file, Another).Result.GetProperty("name").GetString()!;
        System.IO.File.WriteAllText(_machine.Passphrase, Passphrase + "\n");
        return _machine.Json(
            "point", "list", "--credentials", file, "--server", known, "--passphrase-file", _machine.Passphrase);
    }

    private Run TooMany()
    {
        string file = File();
        Register(_other, file, Another).ExitCode.ShouldBe(0);
        VaultTables.Change(_vault, """
            WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 999)
            INSERT INTO machines (id, keyspace, name, public_key, registered)
            SELECT randomblob(16), randomblob(16), 'many-' || i, x'00', 0 FROM n
            """);
        // Who is in goes on; the first that is not is told.
        Register(_other, file, Another).ExitCode.ShouldBe(0);
        return Register(file, "--new");
    }

    private static string Certificate(string data) => Path.Combine(data, "service", "certificate-and-key");
}
