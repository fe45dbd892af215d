namespace Coffer.Domain;

/// <summary>The machines that share one data key. Drawn at random together with that key.</summary>
public readonly record struct KeyspaceId(Id128 Value)
{
    public static KeyspaceId New() => new(Id128.Random());

    public static KeyspaceId Parse(string text) => new(Id128.Parse(text));

    public override string ToString() => Value.ToString();
}

/// <summary>A vault, whatever its address or folder.</summary>
public readonly record struct VaultId(Id128 Value)
{
    public static VaultId New() => new(Id128.Random());

    public static VaultId Parse(string text) => new(Id128.Parse(text));

    public override string ToString() => Value.ToString();
}

/// <summary>A registered machine: its key pair, not its host name.</summary>
public readonly record struct MachineId(Id128 Value)
{
    public static MachineId New() => new(Id128.Random());

    public static MachineId Parse(string text) => new(Id128.Parse(text));

    public override string ToString() => Value.ToString();
}

/// <summary>A data source, given when its volume is first selected.</summary>
public readonly record struct SourceId(Id128 Value)
{
    public static SourceId New() => new(Id128.Random());

    public static SourceId Parse(string text) => new(Id128.Parse(text));

    public override string ToString() => Value.ToString();
}

/// <summary>One writing conversation between an agent and a vault.</summary>
public readonly record struct SessionId(Id128 Value)
{
    public static SessionId New() => new(Id128.Random());

    public static SessionId Parse(string text) => new(Id128.Parse(text));

    public override string ToString() => Value.ToString();
}

/// <summary>One run of an operation that people follow: backup, restore, verify, …</summary>
public readonly record struct JobId(Id128 Value)
{
    public static JobId New() => new(Id128.Random());

    public static JobId Parse(string text) => new(Id128.Parse(text));

    public override string ToString() => Value.ToString();
}
