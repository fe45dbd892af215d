using System.Globalization;
using System.Text;

namespace Coffer.Vault.Management;

/// <summary>
/// Figures in the text format of Prometheus (prometheus.io/docs/instrumenting/exposition_formats, version 0.0.4). No
/// library that writes it can be had here; what replaces this is in docs/dependencies.md.
/// </summary>
internal sealed class MetricsText
{
    private readonly StringBuilder _text = new();

    /// <summary>A figure that goes up and down, as it is now.</summary>
    public MetricsText Gauge(string name, string help)
    {
        _text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} gauge\n");
        return this;
    }

    public MetricsText Add(string name, double value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        _text.Append(name);
        for (int i = 0; i < labels.Length; i++)
            _text.Append(i == 0 ? '{' : ',').Append(labels[i].Name).Append("=\"").Append(Escaped(labels[i].Value))
                .Append('"');
        if (labels.Length > 0) _text.Append('}');
        _text.Append(CultureInfo.InvariantCulture, $" {value:R}\n");
        return this;
    }

    public override string ToString() => _text.ToString();

    private static string Escaped(string value) =>
        value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
}
