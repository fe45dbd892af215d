using System.Text;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.FileSystem;
using Coffer.FileSystem.Machines;

namespace Coffer.Cli.Shell.Parsing;

/// <summary>
/// The arguments as bytes: the runtime's text has lost what is not UTF-8, and file names may hold anything.
/// </summary>
internal sealed class RawArguments(string[] texts)
{
    private byte[][]? _bytes;

    /// <summary>
    /// The bytes behind an argument, or behind the value of one that was written <c>--name=value</c>.
    /// </summary>
    public byte[] BytesOf(string text)
    {
        if (!text.Contains('\uFFFD', StringComparison.Ordinal)) return Encoding.UTF8.GetBytes(text);
        _bytes ??= MachineFacts.RawArguments(texts.Length) ?? [.. texts.Select(Encoding.UTF8.GetBytes)];
        for (int i = 0; i < texts.Length; i++)
        {
            if (texts[i] == text) return _bytes[i];
            int equals = texts[i].IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && texts[i].AsSpan(equals + 1).SequenceEqual(text))
                return _bytes[i][(_bytes[i].AsSpan().IndexOf((byte)'=') + 1)..];
        }

        return Encoding.UTF8.GetBytes(text);
    }

    /// <summary>The same, made absolute; links and ".." are left as they are.</summary>
    /// <exception cref="FaultException"><c>path.empty</c>: a variable that was not set, most likely.</exception>
    public byte[] AbsolutePathOf(string text)
    {
        if (text.Length == 0)
            throw FaultException.Usage("path.empty", "A path is empty.", "Name a file or folder; '.' is this one.");
        byte[] path = BytesOf(text);
        if (path.AsSpan().StartsWith("/"u8)) return path;
        return SystemPaths.Resolve("."u8, out byte[] here).IsError
            ? [.. Encoding.UTF8.GetBytes(Environment.CurrentDirectory), (byte)'/', .. path]
            : [.. here, (byte)'/', .. path];
    }

    /// <summary>The same without "." and ".."; for paths that need not exist.</summary>
    public byte[] PlainPathOf(string text) => PathRules.Normalise(AbsolutePathOf(text));
}
