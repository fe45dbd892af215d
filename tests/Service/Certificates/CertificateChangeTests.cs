using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Coffer.Contracts.Http;
using Coffer.Contracts.Management;
using Coffer.Contracts.Points;
using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Server.Hosting;
using Coffer.Server.Hosting.Certificates;
using Coffer.Unit.Vault;

namespace Coffer.Service.Certificates;

/// <summary>A service that goes from one certificate to the next, and the machines that know it by its key.</summary>
public sealed class CertificateChangeTests : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("coffer-certificate-").FullName;
    private readonly ShiftedTime _time = new();
    private ServiceHost _host = null!;

    private (string Certificate, string Key)? _given;

    private ServiceAddress Address => new(
        new Uri($"https://127.0.0.1:{_host.Identity.Address.Port}/"), _host.Identity.Pin, _host.Vaults[0].Id,
        "default");

    public async ValueTask InitializeAsync() => _host = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Session_ThatIsOpenAtTheChange_GoesOn_AndTheMachineFollows()
    {
        await using var machine = await RegisterAsync("follows");
        var before = Address;
        ServiceAddress? followed = null;
        await using (var vault = machine.Open(before, _time, after => followed = after))
        {
            _host.Certificates.Announce(new CertificateAnnouncement(1));
            _time.Offset += TimeSpan.FromHours(23);
            using var graph = new SealedGraph(machine.Keys);
            var (_, frame) = graph.AddPoint(1);
            await using var session = await vault.OpenSessionAsync(
                new SessionRequest(machine.Id, machine.Source, "volume", "/data", JobId.New()), default);
            Hex(followed!.NextPin!.Pin).ShouldBe(_host.Certificates.Show().NextPin);
            _time.Offset += TimeSpan.FromHours(2); // the token has ended as well
            _host.Certificates.Look().ShouldBe("certificate.change");
            _host.Identity.Pin.ShouldNotBe(before.Pin);
            await graph.PutAsync(session);
            (await session.CommitAsync(frame, Hostile.StolenKeyTests.Facts(1), default)).Point.ShouldNotBeNull();
        }

        await using (var later = machine.Open(followed, _time, after => followed = after))
            (await later.ListPointsAsync(new PointFilter(machine.Id), default)).Count.ShouldBe(1);
        (Hex(followed.Pin!), followed.NextPin).ShouldBe((Hex(_host.Identity.Pin), null));
        await using var absent = machine.Open(before, _time);
        await ShouldFailAsync(absent, "vault.certificate");
    }

    [Fact]
    public async Task WhatWasSignedForTheKeyBefore_CountsForADay()
    {
        await using var machine = await RegisterAsync("asleep");
        byte[] before = _host.Identity.Pin;
        await AnnounceAndChangeAsync();
        var vault = _host.Vaults[0];
        // Over a connection from before the change: it must not take it that the change is off.
        vault.IssueToken(Assertion(machine, before)).NextPin.ShouldNotBeNull().Pin.ShouldBe(_host.Identity.Pin);
        vault.IssueToken(Assertion(machine, _host.Identity.Pin)).NextPin.ShouldBeNull();
        _time.Offset += TimeSpan.FromHours(25);
        Should.Throw<FaultException>(() => vault.IssueToken(Assertion(machine, before)))
            .Fault.Code.ShouldBe("machine.refused");
    }

    [Fact]
    public async Task Announcement_TakenBack_IsForgottenByMachines()
    {
        await using var machine = await RegisterAsync("changes its mind");
        ServiceAddress? followed = null;
        _host.Certificates.Announce(new CertificateAnnouncement(30));
        await using (var vault = machine.Open(Address, _time, after => followed = after))
            await vault.ListServersAsync(default);
        followed!.NextPin.ShouldNotBeNull();
        _host.Certificates.Cancel().NextPin.ShouldBeNull();
        await using (var vault = machine.Open(followed, _time, after => followed = after))
            await vault.ListServersAsync(default);
        followed.NextPin.ShouldBeNull();
    }

    [Fact]
    public async Task Credentials_MadeMeanwhile_HoldBothKeys()
    {
        _host.Certificates.Announce(new CertificateAnnouncement(30));
        var vault = _host.Vaults[0];
        var (secret, until) = vault.MakeCredentials();
        var credentials = _host.Identity.CredentialsOf(vault, secret, until);
        credentials.IsAsMade().ShouldBeTrue();
        Hex(credentials.NextPin!.Pin).ShouldBe(_host.Certificates.Show().NextPin);
        _time.Offset += TimeSpan.FromDays(31);
        _host.Certificates.Look();
        await using var late = new RemoteVault(new RemoteVaultOptions
        {
            Time = TimeProvider.System,
            Service = Address with { Pin = credentials.Pin, NextPin = credentials.NextPin },
        });
        (await late.GreetAsync(default)).Id.ShouldBe(vault.Id);
    }

    [Fact]
    public async Task Service_ThatIsStartedAnew_KeepsToItsPlan()
    {
        _host.Certificates.Announce(new CertificateAnnouncement(30));
        var planned = _host.Certificates.Show();
        await RestartAsync();
        _host.Certificates.Show().ShouldBe(planned);
        _host.Certificates.Look().ShouldBeNull();
        _time.Offset += TimeSpan.FromDays(30) + TimeSpan.FromMinutes(1);
        await RestartAsync();
        _host.Certificates.Look().ShouldBe("certificate.change");
        Hex(_host.Identity.Pin).ShouldBe(planned.NextPin);
        await RestartAsync();
        Hex(_host.Identity.Pin).ShouldBe(planned.NextPin);
    }

    [Fact]
    public async Task Service_ThatDiedInTheMidstOfTheChange_HasMadeIt()
    {
        await using var machine = await RegisterAsync("meanwhile");
        byte[] before = _host.Identity.Pin;
        _host.Certificates.Announce(new CertificateAnnouncement(1));
        string? next = _host.Certificates.Show().NextPin;
        // The certificate is in place, and the plan does not say so yet.
        await RestartAsync(() => File.Copy(
            At("next-certificate-and-key"), At("certificate-and-key"), overwrite: true));
        (Hex(_host.Identity.Pin), _host.Certificates.Show().NextPin).ShouldBe((next, null));
        _host.Vaults[0].IssueToken(Assertion(machine, before)).Token.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Key_ThatNobodyAnnounced_LeavesNothingOfTheOneBefore()
    {
        await using var machine = await RegisterAsync("in a hurry");
        byte[] before = _host.Identity.Pin;
        _host.Certificates.Announce(new CertificateAnnouncement(30));
        await RestartAsync(() => File.Delete(At("certificate-and-key")));
        _host.Certificates.Show().NextPin.ShouldBeNull();
        Should.Throw<FaultException>(() => _host.Vaults[0].IssueToken(Assertion(machine, before)))
            .Fault.Code.ShouldBe("machine.refused");
    }

    [Fact]
    public void Certificate_ThatIsAboutToEnd_IsFollowedByAnotherByItself()
    {
        _time.Offset += TimeSpan.FromDays(3650 - 32);
        _host.Certificates.Look().ShouldBeNull();
        _time.Offset += TimeSpan.FromDays(1) + TimeSpan.FromHours(1);
        _host.Certificates.Look().ShouldBe("certificate.announce");
        var planned = _host.Certificates.Show();
        planned.NextFrom!.Value.ShouldBeLessThan(planned.NotAfter);
        _host.Certificates.Look().ShouldBeNull();
    }

    [Fact]
    public async Task OwnCertificate_IsAnnouncedByItsKey_AndTakenOnceItsTimeHasComeAndItIsThere()
    {
        _given = (Path.Combine(_root, "own.pem"), Path.Combine(_root, "own.key"));
        byte[] first = WriteOwn();
        await RestartAsync();
        _host.Identity.Pin.ShouldBe(first);
        Code(() => _host.Certificates.Announce(new CertificateAnnouncement(30))).ShouldBe("certificate.given");
        Code(() => _host.Certificates.Announce(new CertificateAnnouncement(30, first))).ShouldBe("certificate.same");
        (string text, byte[] second) = Made();
        _host.Certificates.Announce(new CertificateAnnouncement(30, second)).NextPin.ShouldBe(Hex(second));
        _time.Offset += TimeSpan.FromDays(31);
        _host.Certificates.Look().ShouldBeNull();
        _host.Identity.Pin.ShouldBe(first);
        File.WriteAllText(_given.Value.Certificate, text);
        File.WriteAllText(_given.Value.Key, text);
        _host.Certificates.Look().ShouldBe("certificate.change");
        _host.Identity.Pin.ShouldBe(second);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(91)]
    [InlineData(int.MaxValue)]
    public void Announcement_TooSoonOrTooLate_IsRefused(int days) =>
        Code(() => _host.Certificates.Announce(new CertificateAnnouncement(days))).ShouldBe("certificate.days");

    [Fact]
    public void Announcement_OfAKeyToAServiceThatMakesItsOwn_IsRefused() =>
        Code(() => _host.Certificates.Announce(new CertificateAnnouncement(30, new byte[32])))
            .ShouldBe("certificate.made");

    private async Task AnnounceAndChangeAsync()
    {
        _host.Certificates.Announce(new CertificateAnnouncement(1));
        _time.Offset += TimeSpan.FromHours(25);
        await Task.Run(() => _host.Certificates.Look().ShouldBe("certificate.change"));
    }

    private Contracts.Wire.TokenRequest Assertion(ServedMachine machine, byte[] pin)
    {
        var (now, nonce) = (_time.GetUtcNow(), Id128.Random());
        return new Contracts.Wire.TokenRequest(machine.Id, now, nonce, machine.Sign(
            Contracts.Wire.MachineAssertion.Message(_host.Vaults[0].Id, pin, machine.Id, now, nonce)));
    }

    private byte[] WriteOwn()
    {
        var (text, pin) = Made();
        File.WriteAllText(_given!.Value.Certificate, text);
        File.WriteAllText(_given.Value.Key, text);
        return pin;
    }

    private static (string Text, byte[] Pin) Made()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=vault.example", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(90));
        return (made.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n",
            CertificateFiles.PinOf(made));
    }

    private async Task<ServedMachine> RegisterAsync(string name)
    {
        var machine = new ServedMachine(name, Path.Combine(_root, name));
        await machine.RegisterAsync(Address, _host.Vaults[0].MakeCredentials().Secret);
        return machine;
    }

    private async Task RestartAsync(Action? meanwhile = null)
    {
        int port = _host.Identity.Address.Port;
        await _host.DisposeAsync();
        meanwhile?.Invoke();
        _host = await StartAsync(port);
    }

    private Task<ServiceHost> StartAsync(int port = 0) => ServiceHost.StartAsync(
        new ServiceOptions(Path.Combine(_root, "data"), new IPEndPoint(IPAddress.Loopback, port))
        {
            Time = _time,
            Certificate = _given,
        },
        default);

    private string At(string name) => Path.Combine(_root, "data", "service", name);

    private static async Task ShouldFailAsync(RemoteVault vault, string code) =>
        (await Should.ThrowAsync<FaultException>(() => vault.ListServersAsync(default))).Fault.Code.ShouldBe(code);

    private static string Code(Action act) => Should.Throw<FaultException>(act).Fault.Code;

    private static string Hex(byte[] pin) => Convert.ToHexStringLower(pin);

    /// <summary>Real time, some days later.</summary>
    private sealed class ShiftedTime : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Offset;
    }
}
