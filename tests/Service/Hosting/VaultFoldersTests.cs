using Coffer.Domain;
using Coffer.Server.Hosting;
using Coffer.Vault;
using Coffer.Vault.Serving;

namespace Coffer.Service.Hosting;

/// <summary>Vaults that are deleted and closed while somebody works in them.</summary>
public sealed class VaultFoldersTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("coffer-vaults-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Delete_WhileSomebodyIsInIt_TurnsOthersAwayAndWaits()
    {
        var (folders, vaults) = await OpenAsync(TimeProvider.System);
        await using var all = vaults;
        var office = await folders.CreateAsync(vaults, "office", default);
        var use = vaults.Enter($"{office.Id}");

        var deleting = folders.DeleteAsync(vaults, office, default);
        deleting.IsCompleted.ShouldBeFalse();
        Code(() => vaults.Enter($"{office.Id}")).ShouldBe("vault.unknown");
        vaults.Each(vault => vault.Name).ShouldBe(["default"]);
        use.Vault.ManageAtConsole().MakeCredentials(); // still whole for who is in it
        Directory.Exists(office.Folder).ShouldBeTrue();

        use.Dispose();
        await deleting;
        Directory.Exists(office.Folder).ShouldBeFalse();
        (await Should.ThrowAsync<FaultException>(() => folders.DeleteAsync(vaults, office, default)))
            .Fault.Code.ShouldBe("vault.unknown");
    }

    [Fact]
    public async Task Delete_OfOneThatNobodyLeaves_GivesUpAndAnswersAgain()
    {
        var (folders, vaults) = await OpenAsync(new HurriedTime());
        await using var all = vaults;
        var office = await folders.CreateAsync(vaults, "office", default);
        var use = vaults.Enter($"{office.Id}");
        (await Should.ThrowAsync<FaultException>(() => folders.DeleteAsync(vaults, office, default)))
            .Fault.Code.ShouldBe("vault.in-use");
        using (var again = vaults.Enter($"{office.Id}")) again.Vault.IsReady().ShouldBeTrue();

        // Whoever was in it before counts as before.
        (await Should.ThrowAsync<FaultException>(() => folders.DeleteAsync(vaults, office, default)))
            .Fault.Code.ShouldBe("vault.in-use");
        use.Dispose();
        await folders.DeleteAsync(vaults, office, default);
        vaults.All.Single().Name.ShouldBe("default");
    }

    [Fact]
    public async Task Dispose_WhileSomebodyIsInOne_ClosesItWhenTheyHaveLeft()
    {
        var (_, vaults) = await OpenAsync(TimeProvider.System);
        var use = vaults.Enter($"{vaults.All[0].Id}");
        var closing = vaults.DisposeAsync().AsTask();
        closing.IsCompleted.ShouldBeFalse();
        use.Vault.IsReady().ShouldBeTrue();
        use.Dispose();
        await closing;
        vaults.All.ShouldBeEmpty();
    }

    private async Task<(VaultFolders Folders, ServedVaults Vaults)> OpenAsync(TimeProvider time)
    {
        var folder = new ServiceFolder(Path.Combine(_root, "data"));
        VaultFolders.MakeFirst(folder, time);
        var options = new VaultOpenOptions
        {
            Time = time,
            Purpose = "coffer-vault test",
            Clock = new MachineClock("boot", () => TimeSpan.Zero),
        };
        var folders = new VaultFolders(folder, options, new ServicePins(new byte[32]));
        return (folders, await folders.OpenAllAsync(default));
    }

    private static string Code(Action act) => Should.Throw<FaultException>(act).Fault.Code;

    /// <summary>Whoever waits has waited long enough at once.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
