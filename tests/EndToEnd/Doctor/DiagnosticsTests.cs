using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Coffer.EndToEnd.Serving;

namespace Coffer.EndToEnd.Doctor;

/// <summary><c>coffer diagnostics</c>: what it tells, and what it must never tell.</summary>
public sealed class DiagnosticsTests : IDisposable
{
    private const string Password = "pr0xy-password-that-nobody-may-read";

    private readonly Machine _machine = new();
    private readonly RunningVault _vault = new();
    private readonly ConnectProxy _proxy = new("office:" + Password);

    public void Dispose()
    {
        _machine.Dispose();
        _vault.Dispose();
        _proxy.Dispose();
    }

    [Fact]
    public void Diagnostics_OfAHomeFullOfSecrets_HoldsNoneInAnyForm()
    {
        Prepare();
        string pin = _vault.PinFor(_machine.Json("passphrase", "change", "--generate"), _machine);
        var changed = _machine.Json("passphrase", "change", "--generate", "--pin-file", pin);
        changed.ExitCode.ShouldBe(0, changed.ToString());
        var secrets = Secrets();
        secrets.Count.ShouldBeGreaterThanOrEqualTo(7);
        foreach (string[] options in new[] { Array.Empty<string>(), ["--with-names"] })
        {
            string file = _machine.At($"report-{options.Length}.zip");
            _machine.Json(["diagnostics", file, .. options]).ExitCode.ShouldBe(0);
            var members = Members(file);
            Text(members).ShouldNotContain("****", Case.Sensitive, "nothing had to be struck out");
            members.Add("the archive itself", File.ReadAllBytes(file));
            foreach (var (name, content) in members)
                secrets.Where(secret => Forms(secret.Value).Any(form => Holds(content, form)))
                    .Select(secret => $"{secret.Key} in {name}").ShouldBeEmpty();
        }
    }

    [Fact]
    public void Diagnostics_WithoutAskingForNames_TellsNoneOfWhatIsProtected()
    {
        Prepare();
        _machine.Json("diagnostics", _machine.At("a.zip")).ExitCode.ShouldBe(0);
        _machine.Json("diagnostics", _machine.At("b.zip"), "--with-names").ExitCode.ShouldBe(0);
        string without = Text(Members(_machine.At("a.zip"))), with = Text(Members(_machine.At("b.zip")));
        foreach (string name in new[] { "payroll-2026", "redundancies" })
        {
            with.ShouldContain(name);
            without.ShouldNotContain(name);
        }

        without.ShouldContain("\"name-1\"");
    }

    [Fact]
    public void Diagnostics_OfARegisteredMachine_TellsStateJobsAndDoctorsResult()
    {
        Prepare();
        string file = _machine.At("report.zip");
        _machine.Json("diagnostics", file).Result.GetProperty("files").GetInt32().ShouldBe(10);
        _machine.Start("stat", "-c", "%a", file).Output.ShouldBe("600\n");
        var members = Members(file);
        members.Keys.Order().ShouldBe([
            "README.txt", "doctor.json", "files.json", "jobs.json", "machine.json", "mounts.json", "points.json",
            "policy.json", "settings.json", "versions.json",
        ]);
        Json(members["doctor.json"]).GetProperty("checks").GetArrayLength().ShouldBeGreaterThan(10);
        var job = Json(members["jobs.json"]).GetProperty("jobs")[0];
        (job.GetProperty("operation").GetString(), job.GetProperty("state").GetString())
            .ShouldBe(("Backup", "Completed"));
        Json(members["points.json"]).GetProperty("count").GetInt32().ShouldBe(1);
        Json(members["files.json"]).GetProperty("files").EnumerateArray()
            .Single(one => one.GetProperty("path").GetString() == "secrets/data-key")
            .GetProperty("mode").GetString().ShouldBe("600");
        Json(members["settings.json"]).GetProperty("hasProxyUser").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public void Diagnostics_WithTheVaultAway_TellsWhatIsHere()
    {
        Prepare();
        _vault.Kill();
        _machine.Json("diagnostics", _machine.At("report.zip")).ExitCode.ShouldBe(0);
        var members = Members(_machine.At("report.zip"));
        Json(members["jobs.json"]).GetProperty("code").GetString().ShouldBe("vault.unreachable");
        Json(members["machine.json"]).GetProperty("isRegistered").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public void Diagnostics_IntoAFileThatIsThere_LeavesIt()
    {
        File.WriteAllText(_machine.At("kept.zip"), "kept");
        var run = _machine.Json("diagnostics", _machine.At("kept.zip"));
        (run.ExitCode, run.Code).ShouldBe((2, "diagnostics.exists"));
        File.ReadAllText(_machine.At("kept.zip")).ShouldBe("kept");
        _machine.Json("diagnostics", _machine.At("new.zip")).ExitCode.ShouldBe(0, "also where nothing is registered");
    }

    /// <summary>Registered through a proxy with a password, a passphrase made here, and a backup taken.</summary>
    private void Prepare()
    {
        _vault.MakeCredentials();
        File.WriteAllText(_machine.At("proxy"), Password + "\n");
        _machine.Json(
            "register", _vault.Credentials, "--proxy", _proxy.Address, "--proxy-user", "office",
            "--proxy-password-file", _machine.At("proxy")).ExitCode.ShouldBe(0);
        _machine.Write("payroll-2026/redundancies.txt", "who");
        _machine.Json("protect", Path.Combine(_machine.Data, "payroll-2026"), "--exclude", "redundancies/")
            .ExitCode.ShouldBe(0);
    }

    private Dictionary<string, byte[]> Secrets()
    {
        var found = new Dictionary<string, byte[]>();
        var files = Directory.GetFiles(Path.Combine(_machine.Home, "secrets"))
            .Concat(Directory.GetFiles(_machine.Home, "passphrase*"));
        foreach (string file in files)
            found.Add(file, Encoding.Latin1.GetBytes(File.ReadAllText(file, Encoding.Latin1).TrimEnd('\n')));
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(File.ReadAllBytes(Path.Combine(_machine.Home, "secrets", "machine-key")), out _);
        found.Add("number of the machine's key", key.ExportParameters(includePrivateParameters: true).D!);
        var credentials = JsonDocument.Parse(File.ReadAllText(_vault.Credentials)).RootElement;
        found.Add("registration secret", credentials.GetProperty("secret").GetBytesFromBase64());
        return found;
    }

    private static IEnumerable<byte[]> Forms(byte[] secret)
    {
        yield return secret;
        yield return Encoding.ASCII.GetBytes(Convert.ToHexString(secret));
        yield return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret));
        for (int skipped = 0; skipped < 3; skipped++)
            yield return Encoding.ASCII.GetBytes(
                Convert.ToBase64String(secret.AsSpan(skipped, (secret.Length - skipped) / 3 * 3)));
    }

    private static bool Holds(byte[] content, byte[] form) => content.AsSpan().IndexOf(form) >= 0;

    private static Dictionary<string, byte[]> Members(string file)
    {
        using var zip = ZipFile.OpenRead(file);
        return zip.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var content = entry.Open();
            using var bytes = new MemoryStream();
            content.CopyTo(bytes);
            return bytes.ToArray();
        });
    }

    private static string Text(Dictionary<string, byte[]> members) =>
        string.Join('\n', members.Values.Select(Encoding.UTF8.GetString));

    private static JsonElement Json(byte[] content) => JsonDocument.Parse(content).RootElement;
}
