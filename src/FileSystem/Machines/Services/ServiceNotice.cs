using System.Net.Sockets;
using System.Text;

namespace Coffer.FileSystem.Machines.Services;

/// <summary>Tells the service manager how this process is (sd_notify(3)); where there is none, nobody.</summary>
public static class ServiceNotice
{
    public static void Ready() => Send("READY=1");

    /// <summary>One line for <c>systemctl status</c>.</summary>
    public static void Status(string text) => Send($"STATUS={text.ReplaceLineEndings(" ")}");

    /// <summary>For the watchdog.</summary>
    internal static void Alive() => Send("WATCHDOG=1");

    public static void Stopping() => Send("STOPPING=1");

    private static void Send(string text)
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 1 } name) return;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            // An abstract name begins with an @ in the variable, and with a zero byte in truth.
            socket.Connect(new UnixDomainSocketEndPoint(name[0] == '@' ? '\0' + name[1..] : name));
            socket.Send(Encoding.UTF8.GetBytes(text));
        }
        catch (SocketException)
        {
            // It is told for convenience; the work goes on.
        }
    }
}
