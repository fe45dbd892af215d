namespace Coffer.EndToEnd.Serving.Security;

/// <summary>Several vaults of one service, each with its own machines and switches.</summary>
public sealed class SeveralVaultsTests : IDisposable
{
    private readonly SecureScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Vault_IsMadeUsedAndRemovedByItsName()
    {
        var (_, id) = _scene.Protected();
        _scene.Console("vault", "create", "office").ShouldEnd(0);
        _scene.Console("vault", "create", "office").ShouldFail(2, "vault.exists");
        _scene.Console("vault").ShouldEnd(0).Events.Select(vault => vault.GetProperty("name").GetString())
            .ShouldBe(["default", "office"], ignoreOrder: true);
        _scene.Console("status").ShouldFail(2, "vault.choose");
        _scene.Console("server", "show", id, "--vault", "office").ShouldFail(2, "name.unknown");
        _scene.Console("server", "show", id, "--vault", "default").ShouldEnd(0);

        var machine = _scene.New();
        machine.Write("b.txt", "of the second");
        string file = machine.At("office.vaultCredentials");
        _scene.Console("credentials", "create", "--vault", "office", "--output", file).ShouldEnd(0);
        machine.Json("register", file, "--passphrase-file", machine.Passphrase).ShouldEnd(0);
        machine.Json("protect", machine.Data).ShouldEnd(0);
        _scene.Console("vault", "delete", "office", "--confirm", "office").ShouldFail(4, "vault.in-use");
        _scene.Console("vault", "create", "empty").ShouldEnd(0);
        _scene.Console("vault", "delete", "empty").ShouldFail(2, "confirm.needed");
        _scene.Console("vault", "delete", "empty", "--confirm", "empty").ShouldEnd(0);
        _scene.Console("vault", "delete", "default", "--confirm", "default").ShouldFail(4, "vault.first");
    }
}
