using System.Text.Json;
using Coffer.Cli.Output;
using Coffer.Contracts.Http.Connecting;
using Coffer.Contracts.Http.Throttling;

namespace Coffer.Cli.Commands.Backups;

/// <summary>What holds a backup up on its way to the vault, in words.</summary>
/// <param name="throttle">Null: there is none.</param>
internal sealed class LineWords(LineWatch line, LineThrottle? throttle)
{
    /// <summary>Packs are on their way, or wait to be, be there more to read or not.</summary>
    public bool IsBusy => line.IsSending || Wait is not null;

    /// <summary>Who is held back by the throttle waits for that, and not for the vault.</summary>
    public LineWait? Wait => throttle?.Holding is null || line.Wait is { Reason: not null } ? line.Wait : null;

    public bool IsThrottled => throttle?.Holding is not null;

    /// <summary>Behind whatever else is shown; "" where nothing holds it up.</summary>
    public string Tail()
    {
        string throttled = throttle?.Holding is { } rate ? $", throttled to {rate}" : "";
        return Wait is { } wait
            ? $"{throttled}; waiting for the vault for {Words.Duration(wait.For)}"
            : throttled;
    }

    /// <summary>What was sent so far; "" where nothing was.</summary>
    public string Sent() => line.SentBytes > 0 ? $", {Words.Size(line.SentBytes)} sent" : "";

    public void Write(Utf8JsonWriter json)
    {
        if (line.SentBytes > 0) json.WriteNumber("sentBytes"u8, line.SentBytes);
        if (throttle?.Holding is { } rate) json.WriteNumber("throttledTo"u8, rate.BitsPerSecond);
        if (Wait is not { } wait) return;
        json.WriteNumber("waitingSeconds"u8, (long)wait.For.TotalSeconds);
        if (wait.Reason is { } reason) json.WriteString("waitingFor"u8, reason);
    }
}
