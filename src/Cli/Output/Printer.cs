using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.FileSystem.Machines;

namespace Coffer.Cli.Output;

/// <summary>
/// What a command prints. Text: results on standard output, warnings, errors and progress on standard error. With
/// <c>--json</c>: one object a line on standard output and nothing else, the result last.
/// </summary>
internal sealed class Printer : IDisposable
{
    private const int BufferBytes = 32 << 10;

    /// <summary>
    /// Undoes what the framework does with its first write to a terminal: keypad and cursor keys in application mode.
    /// </summary>
    private const string UsualKeys = "\u001b[?1l\u001b>";

    private static readonly JsonWriterOptions s_json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = false,
    };

    private readonly Lock _lock = new();
    private readonly Stream _output = Console.OpenStandardOutput();
    private readonly Stream _errors = Console.OpenStandardError();
    private readonly ArrayBufferWriter<byte> _pending = new(4096);
    private bool _isClosed, _hasProgress;
    private string? _failure;

    public Printer(bool isJson) => IsJson = isJson;

    public bool IsJson { get; }

    /// <summary>Progress may be drawn over itself.</summary>
    public bool DrawsProgress { get; } =
        !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } and not "dumb";

    /// <summary>Somebody can be asked.</summary>
    public bool CanAsk => !IsJson && !Console.IsInputRedirected && !Console.IsErrorRedirected;

    /// <summary>Why standard output did not take all; null where it did, or where nobody reads it.</summary>
    public string? Failure
    {
        get
        {
            Flush();
            return _failure;
        }
    }

    /// <summary>A line of the result, in text.</summary>
    public void Line(string text = "")
    {
        if (!IsJson) Write(Plain.Of(text));
    }

    /// <summary>Lines as they stand, whatever the form: help.</summary>
    public void Text(string lines) => Write(lines.TrimEnd('\n'));

    /// <summary>An object before the result, in JSON; its first member says of what kind it is.</summary>
    public void Event(string kind, Action<Utf8JsonWriter> fields)
    {
        if (IsJson) WriteObject("event", kind, fields);
    }

    /// <summary>What keeps the work from being called whole: the command then ends with 3, or with a failure.</summary>
    /// <param name="more">Further members of the object, in JSON.</param>
    public void Warning(string code, string text, Action<Utf8JsonWriter>? more = null) =>
        Tell("warning", code, text, more);

    /// <summary>Worth knowing, though the work is whole: the exit code stays.</summary>
    public void Remark(string code, string text) => Tell("note", code, text, null);

    public void Remark(Fault fault) => Remark(fault.Code, $"{fault.Message} {fault.Guidance}".TrimEnd());

    /// <summary>What is wrong with a file that a person wrote; the error that ends the command says how many.</summary>
    /// <param name="line">From 1.</param>
    public void Mistake(string code, string file, int line, string text)
    {
        if (!IsJson) Tell($"{file}:{line}: {text}");
        else Event("mistake", json =>
        {
            json.WriteString("code"u8, code);
            json.WriteString("file"u8, file);
            json.WriteNumber("line"u8, line);
            json.WriteString("message"u8, text);
        });
    }

    /// <summary>Something to know while it runs; not part of the result.</summary>
    public void Note(string text)
    {
        if (!IsJson) Tell(text);
    }

    public void Error(Fault fault)
    {
        if (!IsJson) Tell(fault);
    }

    /// <summary>On standard error, whatever the form: there is no other way left.</summary>
    public void Tell(Fault fault)
    {
        Tell($"error: {fault.Message}");
        if (fault.Guidance.Length > 0) Tell($"  {fault.Guidance}");
    }

    public void Result(Outcome outcome)
    {
        if (IsJson)
            WriteObject("result", ExitCodes.WordOf(outcome.Code), json =>
            {
                json.WriteNumber("exitCode"u8, (int)outcome.Code);
                outcome.Fields?.Invoke(json);
            });
        else if (outcome.Code == ExitCode.Cancelled)
            Tell("Cancelled.");
    }

    /// <summary>Draws over the last progress line; an empty text takes it away.</summary>
    public void Progress(string text)
    {
        lock (_lock)
        {
            if (!_hasProgress && text.Length == 0) return;
            int width = Terminal.Columns is > 1 and var columns ? columns - 1 : 79;
            WriteError("\r" + (text.Length > width ? text[..width] : text) + "\u001b[K");
            _hasProgress = text.Length > 0;
        }
    }

    public void Flush()
    {
        lock (_lock) FlushLocked();
    }

    public void Dispose()
    {
        Flush();
        if (DrawsProgress && !Console.IsOutputRedirected) WriteError(UsualKeys);
    }

    private void Tell(string kind, string code, string text, Action<Utf8JsonWriter>? more)
    {
        if (!IsJson) Tell($"{kind}: {text}");
        else Event(kind, json =>
        {
            json.WriteString("code"u8, code);
            json.WriteString("message"u8, text);
            more?.Invoke(json);
        });
    }

    private void Write(string text)
    {
        lock (_lock)
        {
            Encoding.UTF8.GetBytes(text, _pending);
            EndLine();
        }
    }

    private void WriteObject(string name, string value, Action<Utf8JsonWriter> fields)
    {
        lock (_lock)
        {
            using (var json = new Utf8JsonWriter(_pending, s_json))
            {
                json.WriteStartObject();
                json.WriteString(name, value);
                fields(json);
                json.WriteEndObject();
            }

            EndLine();
            bool isAwaited = value is "progress" or "warning" or "note" or "waiting" or "answering";
            if (isAwaited || name == "result") FlushLocked();
        }
    }

    private void Tell(string text)
    {
        lock (_lock)
        {
            FlushLocked();
            string clear = _hasProgress ? "\r\u001b[K" : "";
            _hasProgress = false;
            WriteError(clear + Plain.Of(text) + "\n");
        }
    }

    private void EndLine()
    {
        _pending.Write("\n"u8);
        if (_pending.WrittenCount > BufferBytes) FlushLocked();
    }

    // A terminal that was closed, a full disk: what is told there is lost, the work goes on.
    private void WriteError(string text)
    {
        try
        {
            _errors.Write(Encoding.UTF8.GetBytes(text));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is nowhere left to say so.
        }
    }

    /// <summary>
    /// A reader that went away (<c>| head</c>) or never was (<c>&gt;&amp;-</c>) ends the printing, not the command; a
    /// full disk is told at the end.
    /// </summary>
    private void FlushLocked()
    {
        try
        {
            if (!_isClosed && _pending.WrittenCount > 0) _output.Write(_pending.WrittenSpan);
            _output.Flush();
        }
        catch (UnauthorizedAccessException)
        {
            _isClosed = true;
        }
        catch (IOException e)
        {
            _isClosed = true;
            _failure = e.Message;
        }

        _pending.ResetWrittenCount();
    }
}
