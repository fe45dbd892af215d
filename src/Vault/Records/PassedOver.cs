using Coffer.Domain;
using Coffer.Storage;

namespace Coffer.Vault.Records;

/// <summary>
/// Objects of the store that could not be read while many were gone through. A bad block costs what lies on it and not
/// the whole vault; it is counted here, to be told.
/// </summary>
internal sealed class PassedOver
{
    private Exception? _first;

    public int Count { get; private set; }

    /// <summary>What to tell people; null where all was read.</summary>
    public Fault? Fault => _first is null ? null : VaultFaults.PassedOver(Count, _first).Fault;

    /// <summary>True for what costs one object. Of a disk that is gone nothing else can be read either.</summary>
    public static bool Is(Exception e) => e is MissingObjectException or FaultException { Fault.Code: "store.failing" };

    public void Add(Exception e)
    {
        _first ??= e;
        Count++;
    }
}
