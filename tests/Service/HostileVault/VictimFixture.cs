namespace Coffer.Service.HostileVault;

/// <summary>A service and one machine that is registered with it: a registration costs a passphrase.</summary>
public sealed class VictimFixture : IAsyncLifetime
{
    public ServiceFixture Service { get; } = new();

    internal Victim Machine { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Service.InitializeAsync();
        Machine = await Victim.RegisterAsync(Service, "machine");
    }

    public ValueTask DisposeAsync()
    {
        Machine.Dispose();
        return Service.DisposeAsync();
    }
}
