using Coffer.EndToEnd.Serving;

namespace Coffer.EndToEnd.Stopping;

/// <summary>
/// A machine with a week's retention, and its vault, which is a folder here or served. Days pass as they are wanted.
/// </summary>
internal sealed class StoppingScene : IDisposable
{
    private readonly Machine _machine = new();
    private readonly RunningVault? _vault;

    public StoppingScene(bool isServed)
    {
        LaterClock.SkipUnlessPossible(_machine);
        File.WriteAllText(_machine.Passphrase, "correct horse battery staple\n");
        _machine.Write("a.txt", new string('a', 100_000));
        string[] place = ["--vault", _machine.Vault, "--passphrase-file", _machine.Passphrase];
        if (isServed)
        {
            _vault = new RunningVault();
            _vault.MakeCredentials();
            Ends(0, "register", _vault.Credentials, "--passphrase-file", _machine.Passphrase);
            place = [];
        }
        Ends(0, ["protect", _machine.Data, "--no-backup", .. place]);
        Allowed("policy", "set", "--daily", "7", "--weekly", "off", "--monthly", "off", "--yearly", "off");
        Ends(0, "backup");
        Label = Ends(0, "protection").Events.Single().GetProperty("label").GetString()!;
        PassUntil(1);
        Ends(0, "backup");
    }

    public string Label { get; }

    public void Dispose()
    {
        _machine.Dispose();
        _vault?.Dispose();
    }

    /// <summary>It is that day now; the service was off in between, and its clock is confirmed.</summary>
    public void PassUntil(int day)
    {
        _machine.DaysLater = day;
        if (_vault is null) return;
        _vault.Kill();
        _vault.DaysLater = day;
        _vault.Start();
        var confirmed = _machine.Start(RunningVault.Command, "time", "confirm", "--data", _vault.Data, "--json");
        confirmed.ExitCode.ShouldBe(0, confirmed.ToString());
    }

    /// <summary>
    /// The vault has done what was due, and then has so many points, of which so many are not deleted.
    /// </summary>
    public void ShouldHave(int points, int live)
    {
        if (_vault is null) Ends(0, "vault", "collect");
        // A service looks each minute.
        for (int tries = _vault is null ? 1 : 50; Counts() != (points, live) && --tries > 0;) Thread.Sleep(2000);
        Counts().ShouldBe((points, live));
    }

    public Run Ends(int exitCode, params string[] arguments)
    {
        var run = _machine.Json(arguments);
        run.ExitCode.ShouldBe(exitCode, run.ToString());
        return run;
    }

    /// <summary>With what is asked for: a PIN by a served vault, the name by one that is a folder.</summary>
    public Run Allowed(params string[] arguments)
    {
        var run = _machine.Json(arguments);
        if (run.ExitCode == 0) return run;
        string[] more = run.Code == "confirm.needed"
            ? ["--confirm", Label]
            : ["--pin-file", _vault!.PinFor(run, _machine)];
        return Ends(0, [.. arguments, .. more]);
    }

    private (int Points, int Live) Counts()
    {
        var states = Ends(0, "point").Events.Select(point => point.GetProperty("state").GetString()).ToList();
        return (states.Count, states.Count(state => state != "soft-deleted"));
    }
}
