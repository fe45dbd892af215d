namespace Coffer.Agent.Policies.Files;

/// <summary>
/// What a policy file may hold, as JSON Schema 2020-12 (docs/policy.schema.json): for editors, which complete and mark
/// as it is written. <see cref="PolicyFileReader"/> judges by itself, and tells more.
/// </summary>
public static class PolicyFileSchema
{
    public static string Text { get; } = Read();

    private static string Read()
    {
        using var stream = typeof(PolicyFileSchema).Assembly.GetManifestResourceStream("policy.schema.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
