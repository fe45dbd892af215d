using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Coffer.Domain;

namespace Coffer.Server.Commands.Shell;

/// <summary>
/// What a command prints. Text: results on standard output, errors and questions on standard error. With
/// <c>--json</c>: one object a line on standard output and nothing else, the result last; as <c>coffer</c> does it.
/// </summary>
internal sealed class Report(bool isJson)
{
    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public bool IsJson => isJson;

    /// <summary>Somebody can be asked.</summary>
    public bool CanAsk => !isJson && !System.Console.IsInputRedirected && !System.Console.IsErrorRedirected;

    /// <summary>A line of the result, in text.</summary>
    public void Line(string text = "")
    {
        if (!isJson) System.Console.Out.WriteLine(Plain(text));
    }

    /// <summary>Something to know while it runs; not part of the result.</summary>
    public void Note(string text)
    {
        if (!isJson) System.Console.Error.WriteLine(Plain(text));
    }

    /// <summary>An object before the result, in JSON, with all members of a message.</summary>
    public void Event<T>(string kind, T message, JsonTypeInfo<T> type)
    {
        if (isJson) Write("event", kind, json => Members(json, message, type));
    }

    /// <inheritdoc cref="Event{T}"/>
    public void Event(string kind, Action<Utf8JsonWriter> members)
    {
        if (isJson) Write("event", kind, members);
    }

    /// <param name="isWhole">False: it is done, and something was found that somebody has to look at.</param>
    public int Done(Action<Utf8JsonWriter> members, bool isWhole) =>
        isWhole ? Done(members) : End("completed-with-warnings", 3, members);

    /// <summary>Somebody stopped it; what was done is kept.</summary>
    public int Cancelled<T>(T message, JsonTypeInfo<T> type) =>
        End("cancelled", ServiceCommand.Cancelled, json => Members(json, message, type));

    /// <summary>Where there is nothing else to tell but that it is done.</summary>
    public int Done(Action<Utf8JsonWriter>? members = null) => End("completed", 0, members);

    /// <summary>One message as the result.</summary>
    public int Done<T>(T message, JsonTypeInfo<T> type) => Done(json => Members(json, message, type));

    /// <summary>The answer is there, and is not a good one.</summary>
    public int Failed<T>(T message, JsonTypeInfo<T> type) => End("failed", 1, json => Members(json, message, type));

    /// <summary>It is done, and something was left that somebody has to look at.</summary>
    public int DoneWithWarnings<T>(T message, JsonTypeInfo<T> type) =>
        End("completed-with-warnings", 3, json => Members(json, message, type));

    public int Failed(Fault fault)
    {
        if (isJson)
        {
            return End(WordOf(fault.Kind), (int)fault.Kind, json =>
            {
                json.WriteString("code"u8, fault.Code);
                json.WriteString("message"u8, fault.Message);
                json.WriteString("guidance"u8, fault.Guidance);
            });
        }
        System.Console.Error.WriteLine(Plain($"error: {fault.Message} [{fault.Code}]"));
        if (fault.Guidance.Length > 0) System.Console.Error.WriteLine(Plain($"  {fault.Guidance}"));
        return (int)fault.Kind;
    }

    /// <summary>Names come from machines: what would move a terminal's cursor is shown as a mark.</summary>
    public static string Plain(string text)
    {
        if (!text.Any(c => char.IsControl(c) && c != '\n')) return text;
        var plain = new StringBuilder(text.Length);
        foreach (char c in text) plain.Append(char.IsControl(c) && c != '\n' ? '\uFFFD' : c);
        return plain.ToString();
    }

    private int End(string result, int code, Action<Utf8JsonWriter>? members)
    {
        if (isJson)
        {
            Write("result", result, json =>
            {
                json.WriteNumber("exitCode"u8, code);
                members?.Invoke(json);
            });
        }
        return code;
    }

    private static void Members<T>(Utf8JsonWriter json, T message, JsonTypeInfo<T> type)
    {
        foreach (var member in JsonSerializer.SerializeToElement(message, type).EnumerateObject()) member.WriteTo(json);
    }

    private static void Write(string name, string value, Action<Utf8JsonWriter> members)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line, s_json))
        {
            json.WriteStartObject();
            json.WriteString(name, value);
            members(json);
            json.WriteEndObject();
        }
        System.Console.Out.WriteLine(Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length));
    }

    private static string WordOf(FaultKind kind) => kind switch
    {
        FaultKind.Usage => "usage",
        FaultKind.Refused => "refused",
        _ => "failed",
    };
}
