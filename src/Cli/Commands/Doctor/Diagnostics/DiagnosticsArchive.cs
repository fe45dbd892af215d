using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using Coffer.Agent.Doctor;

namespace Coffer.Cli.Commands.Doctor.Diagnostics;

/// <summary>A zip of JSON files, in memory: each is cleaned of secrets before it goes in.</summary>
internal sealed class DiagnosticsArchive(SecretGuard guard) : IDisposable
{
    private static readonly JsonWriterOptions s_json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Indented = true,
    };

    private readonly MemoryStream _bytes = new();
    private readonly List<string> _members = [];
    private ZipArchive? _zip;

    /// <summary>Names of the files in it.</summary>
    public IReadOnlyList<string> Members => _members;

    /// <summary>Something had to be struck out: a mistake of ours, to be told.</summary>
    public bool WasStruck { get; private set; }

    public void Add(string name, Action<Utf8JsonWriter> write)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, s_json))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        Add(name, buffer.WrittenSpan.ToArray());
    }

    public void Add(string name, byte[] content)
    {
        WasStruck |= guard.Clean(content);
        _zip ??= new ZipArchive(_bytes, ZipArchiveMode.Create, leaveOpen: true);
        using var member = _zip.CreateEntry(name).Open();
        member.Write(content);
        _members.Add(name);
    }

    public byte[] Close()
    {
        _zip?.Dispose();
        _zip = null;
        return _bytes.ToArray();
    }

    public void Dispose()
    {
        _zip?.Dispose();
        _bytes.Dispose();
    }
}
