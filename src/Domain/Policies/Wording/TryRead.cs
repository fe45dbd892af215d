namespace Coffer.Domain.Policies.Wording;

/// <summary>Reads one word of a person.</summary>
public delegate bool TryRead<T>(string text, out T value);
