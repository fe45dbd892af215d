namespace Coffer.Domain.Policies.Wording;

/// <summary>A command's option that changes something of schedule or retention.</summary>
/// <param name="Value">What its value is called in help.</param>
public sealed record PolicyOption(string Name, string Value, string Description);
