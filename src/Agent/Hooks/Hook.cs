namespace Coffer.Agent.Hooks;

/// <summary>When a hook runs.</summary>
public enum HookMoment
{
    /// <summary>Before anything of a backup is read.</summary>
    Before = 1,

    /// <summary>After it, however it ended.</summary>
    After = 2,
}

/// <summary>What becomes of a backup whose hook fails before it.</summary>
public enum HookRule
{
    /// <summary>Nothing is read, and the job fails.</summary>
    Fail = 1,

    /// <summary>The backup goes on, with a warning.</summary>
    Warn = 2,
}

/// <summary>A program of this machine that runs around each backup.</summary>
/// <param name="Program">Absolute.</param>
/// <param name="Arguments">As the program gets them: no shell looks at them.</param>
/// <param name="Rule">After a backup always <see cref="HookRule.Warn"/>: its points stand.</param>
public sealed record Hook(string Program, IReadOnlyList<string> Arguments, TimeSpan TimeLimit, HookRule Rule);

/// <summary>The hooks of a machine; null: none.</summary>
public sealed record MachineHooks(Hook? Before, Hook? After)
{
    public static MachineHooks None { get; } = new(null, null);

    public Hook? At(HookMoment moment) => moment == HookMoment.Before ? Before : After;

    public MachineHooks With(HookMoment moment, Hook? hook) =>
        moment == HookMoment.Before ? this with { Before = hook } : this with { After = hook };
}
