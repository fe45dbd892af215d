using Coffer.Domain;
using Coffer.Vault.Serving;

namespace Coffer.Server.Hosting;

/// <summary>
/// The vaults of this service, the data folder's own first. Who works in one has entered it, and none is closed before
/// all have left: it is taken out of the table first, so that nobody enters any more.
/// </summary>
internal sealed class ServedVaults(IEnumerable<ServedVault> vaults) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private ServedEntry[] _all = [.. vaults.Select(vault => new ServedEntry(vault, new InFlight()))];

    /// <summary>Held by who makes, deletes or closes: two of one name would both find that there is none.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    public IReadOnlyList<ServedVault> All => [.. Entries().Select(entry => entry.Vault)];

    /// <summary>Without entering it.</summary>
    /// <exception cref="FaultException"><c>vault.unknown</c>.</exception>
    public ServedVault Find(string? id) =>
        All.FirstOrDefault(vault => vault.Id.ToString() == id) ?? throw Unknown();

    /// <summary>Until what it returns is disposed of, the vault stays open.</summary>
    /// <exception cref="FaultException"><c>vault.unknown</c>.</exception>
    public VaultUse Enter(string? id)
    {
        lock (_lock)
        {
            var found = Array.Find(_all, entry => entry.Vault.Id.ToString() == id) ?? throw Unknown();
            return new VaultUse(found.Vault, found.InFlight.Enter());
        }
    }

    /// <summary>Does something in each that is there when its turn comes.</summary>
    public async Task EachAsync(Func<ServedVault, Task> act)
    {
        foreach (var entry in Entries())
        {
            using var use = TryEnter(entry);
            if (use is not null) await act(use.Vault);
        }
    }

    /// <inheritdoc cref="EachAsync"/>
    public void Each(Action<ServedVault> act) => Each(vault =>
    {
        act(vault);
        return true;
    });

    /// <summary>Asks each that is there something.</summary>
    public List<T> Each<T>(Func<ServedVault, T> ask)
    {
        var answers = new List<T>();
        foreach (var entry in Entries())
        {
            using var use = TryEnter(entry);
            if (use is not null) answers.Add(ask(use.Vault));
        }
        return answers;
    }

    public void Add(ServedVault vault)
    {
        lock (_lock) _all = [.. _all, new ServedEntry(vault, new InFlight())];
    }

    /// <summary>From now on it is answered for no more; the caller closes it, once all have left.</summary>
    /// <exception cref="FaultException"><c>vault.unknown</c>.</exception>
    public ServedEntry TakeOut(ServedVault vault)
    {
        lock (_lock)
        {
            var taken = Array.Find(_all, entry => entry.Vault == vault) ?? throw Unknown();
            _all = [.. _all.Where(entry => entry != taken)];
            return taken;
        }
    }

    /// <summary>With those who have not left it.</summary>
    public void PutBack(ServedEntry taken)
    {
        lock (_lock) _all = [.. _all, taken];
    }

    public async ValueTask DisposeAsync()
    {
        await Turn.WaitAsync();
        foreach (var vault in All)
        {
            await TakeOut(vault).InFlight.WaitForNoneAsync();
            await vault.DisposeAsync();
        }
    }

    private ServedEntry[] Entries()
    {
        lock (_lock) return _all;
    }

    private VaultUse? TryEnter(ServedEntry entry)
    {
        lock (_lock)
            return _all.Contains(entry) ? new VaultUse(entry.Vault, entry.InFlight.Enter()) : null;
    }

    private static FaultException Unknown() => FaultException.Refused(
        "vault.unknown", "This service keeps no such vault.",
        "It may have been deleted or moved; ask its administrator for a new credentials file.");
}

/// <param name="InFlight">Who works in it.</param>
internal sealed record ServedEntry(ServedVault Vault, InFlight InFlight);

/// <summary>A vault that somebody works in, until this is disposed of.</summary>
internal sealed class VaultUse(ServedVault vault, IDisposable work) : IDisposable
{
    public ServedVault Vault => vault;

    public void Dispose() => work.Dispose();
}
