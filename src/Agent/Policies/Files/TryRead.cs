namespace Coffer.Agent.Policies.Files;

/// <summary>Reads one word of a person.</summary>
public delegate bool TryRead<T>(string text, out T value);
