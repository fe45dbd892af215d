using Coffer.Agent.Homes;
using Coffer.Contracts.Http;
using Coffer.Contracts.Wire;
using Coffer.Domain;

namespace Coffer.Unit.Agent.Homes;

/// <summary>What a machine writes down of the keys that its vault tells it.</summary>
public sealed class FollowedServiceTests : IDisposable
{
    private static readonly byte[] s_first = Key(1), s_second = Key(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("coffer-followed-").FullName;
    private readonly ServiceAddress _known = new(new Uri("https://vault.example/"), s_first, VaultId.New(), "default");
    private readonly NextPin _next = new(s_second, new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero));

    public FollowedServiceTests()
    {
        Home.Prepare();
        Home.WriteMachine(new MachineRegistration(
            MachineId.New(), "ann's", KeyspaceId.New(), _known.Vault, VaultPlace.Of(_known)));
    }

    private AgentHome Home => new(Path.Combine(_folder, "home"));

    private ServiceAddress Read => Home.ReadMachine()!.Place.Service!;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Remember_AnAnnouncementAndThenTheChange_ReadsBack()
    {
        FollowedService.Remember(Home, _known with { NextPin = _next });
        Read.Pin.ShouldBe(s_first);
        Read.NextPin!.Pin.ShouldBe(s_second);
        Read.NextPin.From.ShouldBe(_next.From);
        FollowedService.Remember(Home, _known with { Pin = s_second });
        Read.Pin.ShouldBe(s_second);
        Read.NextPin.ShouldBeNull();
    }

    [Fact]
    public void Remember_OfAnotherVaultOrAddressOrKey_ChangesNothing()
    {
        FollowedService.Remember(Home, _known with { Vault = VaultId.New(), NextPin = _next });
        var elsewhere = new Uri("https://elsewhere.example/");
        FollowedService.Remember(Home, _known with { Address = elsewhere, NextPin = _next });
        FollowedService.Remember(Home, _known with { Pin = s_second, NextPin = _next }); // by hand meanwhile, say
        FollowedService.Remember(Home, _known with { Pin = null, NextPin = _next });
        Read.Pin.ShouldBe(s_first);
        Read.NextPin.ShouldBeNull();
    }

    [Fact]
    public async Task Remember_WhileSomebodyChangesTheHome_LeavesItToTheNextTime()
    {
        using (await Home.LockAsync(TimeProvider.System, TestContext.Current.CancellationToken))
            FollowedService.Remember(Home, _known with { NextPin = _next });
        Read.NextPin.ShouldBeNull();
        FollowedService.Remember(Home, _known with { NextPin = _next });
        Read.NextPin.ShouldNotBeNull();
    }

    private static byte[] Key(byte first)
    {
        byte[] key = new byte[NextPin.PinSize];
        key[0] = first;
        return key;
    }
}
