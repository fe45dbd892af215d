using Coffer.Domain;

namespace Coffer.Format.Envelopes;

/// <summary>
/// What Argon2id may cost. A value is either <see cref="None"/> (all zero: a recovery key) or within the bounds below,
/// so nothing that came from outside can make an agent compute for hours or with too little.
/// </summary>
/// <remarks>
/// The lower bounds are not only taste: parameters are handed out by the vault before anything proves them, and weak
/// ones would make the signature that answers them a cheap oracle for guessing the passphrase.
/// </remarks>
public readonly record struct Argon2Parameters
{
    /// <summary>64 MiB: RFC 9106's second recommended choice.</summary>
    public const int MinimumMemoryKib = 64 * 1024;

    /// <summary>1 GiB: what the smallest machine that anybody restores on can spare.</summary>
    public const int MaximumMemoryKib = 1024 * 1024;

    /// <summary>RFC 9106's second recommended choice.</summary>
    public const int MinimumPasses = 3;

    /// <summary>At 1 GiB this is a minute on a slow core; with more, a hostile vault could hold an agent up.</summary>
    public const int MaximumPasses = 16;

    /// <summary>One: the own code is single-threaded, and libsodium knows no other number.</summary>
    public const int OnlyLanes = 1;

    private Argon2Parameters(int memoryKib, int passes, int lanes) =>
        (MemoryKib, Passes, Lanes) = (memoryKib, passes, lanes);

    /// <summary>Memory in KiB.</summary>
    public int MemoryKib { get; }

    /// <summary>Passes over the memory.</summary>
    public int Passes { get; }

    /// <summary>Lanes; <see cref="OnlyLanes"/>, or zero in <see cref="None"/>.</summary>
    public int Lanes { get; }

    /// <summary>All zero: no Argon2id at all.</summary>
    public static Argon2Parameters None => default;

    /// <summary>64 MiB, 3 passes, 1 lane.</summary>
    public static Argon2Parameters Default { get; } = new(MinimumMemoryKib, MinimumPasses, OnlyLanes);

    /// <summary>Refuses what is out of bounds with the fault <c>passphrase.cost</c>.</summary>
    public static Argon2Parameters Create(int memoryKib, int passes) =>
        TryCreate((uint)memoryKib, (uint)passes, OnlyLanes, out var parameters)
            ? parameters
            : throw FaultException.Usage("passphrase.cost",
                $"The passphrase cannot be made to cost {memoryKib} KiB of memory and {passes} passes.",
                $"Memory may be {MinimumMemoryKib} to {MaximumMemoryKib} KiB, "
                + $"passes {MinimumPasses} to {MaximumPasses}.");

    /// <summary>False for anything out of bounds, <see cref="None"/> included.</summary>
    public static bool TryCreate(uint memoryKib, uint passes, uint lanes, out Argon2Parameters parameters)
    {
        bool allowed = memoryKib is >= MinimumMemoryKib and <= MaximumMemoryKib
            && passes is >= MinimumPasses and <= MaximumPasses
            && lanes == OnlyLanes;
        parameters = allowed ? new Argon2Parameters((int)memoryKib, (int)passes, (int)lanes) : None;
        return allowed;
    }
}
