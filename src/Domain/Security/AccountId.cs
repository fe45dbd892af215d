namespace Coffer.Domain.Security;

/// <summary>A person, or a token acting as one, whatever the name that they sign in with.</summary>
public readonly record struct AccountId(Id128 Value)
{
    public static AccountId New() => new(Id128.Random());

    public static AccountId Parse(string text) => new(Id128.Parse(text));

    public override string ToString() => Value.ToString();
}
