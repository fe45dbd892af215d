using System.Globalization;

namespace Coffer.Vault.Sqlite;

public enum SqliteOpenMode
{
    ReadWriteCreate = 0,
    ReadWrite = 1,
    ReadOnly = 2,
}

/// <summary>
/// The part of the usual connection string that the vault uses: <c>Data Source</c>, <c>Mode</c>,
/// <c>Default Timeout</c> (seconds, 0 waits for ever), <c>Pooling</c> (accepted, there is none). Values with ';' stand
/// in double quotes, a quote in them twice. Not a DbConnectionStringBuilder: that one costs a regular expression at
/// start.
/// </summary>
public sealed class SqliteConnectionStringBuilder
{
    public SqliteConnectionStringBuilder()
    {
    }

    /// <exception cref="ArgumentException">A keyword is unknown or a value does not fit it.</exception>
    public SqliteConnectionStringBuilder(string text)
    {
        for (int at = 0; at < text.Length;)
        {
            int equals = text.IndexOf('=', at);
            if (equals < 0)
            {
                if (string.IsNullOrWhiteSpace(text[at..])) return;
                throw new ArgumentException($"no '=' in '{text[at..]}'", nameof(text));
            }
            string key = text[at..equals].Trim();
            at = equals + 1;
            Set(key, ReadValue(text, ref at));
        }
    }

    public string DataSource { get; set; } = "";

    public SqliteOpenMode Mode { get; set; }

    public int DefaultTimeout { get; set; } = 30;

    public string ConnectionString => ToString();

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"Data Source=\"{DataSource.Replace("\"", "\"\"", StringComparison.Ordinal)}\";"
        + $"Mode={Mode};Default Timeout={DefaultTimeout}");

    private static string ReadValue(string text, ref int at)
    {
        while (at < text.Length && text[at] == ' ') at++;
        if (at == text.Length || text[at] != '"')
        {
            int end = text.IndexOf(';', at);
            if (end < 0) end = text.Length;
            string plain = text[at..end].Trim();
            at = end + 1;
            return plain;
        }
        int start = ++at;
        for (; at < text.Length; at++)
        {
            if (text[at] != '"') continue;
            if (at + 1 < text.Length && text[at + 1] == '"') at++;
            else break;
        }
        if (at >= text.Length) throw new ArgumentException("a quoted value does not end", nameof(text));
        string quoted = text[start..at].Replace("\"\"", "\"", StringComparison.Ordinal);
        int next = text.IndexOf(';', at);
        at = next < 0 ? text.Length : next + 1;
        return quoted;
    }

    private void Set(string key, string value)
    {
        switch (key.ToLowerInvariant())
        {
            case "data source" or "datasource" or "filename":
                DataSource = value;
                break;
            case "mode":
                Mode = value.ToLowerInvariant() switch
                {
                    "readwritecreate" => SqliteOpenMode.ReadWriteCreate,
                    "readwrite" => SqliteOpenMode.ReadWrite,
                    "readonly" => SqliteOpenMode.ReadOnly,
                    _ => throw new ArgumentException($"unknown mode '{value}'"),
                };
                break;
            case "default timeout" or "command timeout":
                if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds))
                    throw new ArgumentException($"'{value}' is not a number of seconds");
                DefaultTimeout = seconds;
                break;
            case "pooling":
                break;
            default:
                throw new ArgumentException($"unknown keyword '{key}'");
        }
    }
}
