using System.Net.Sockets;

namespace Coffer.FileSystem.Machines.Services;

/// <summary>A socket with a name in a folder: whoever enters the folder may connect (unix(7)).</summary>
public static class LocalSocket
{
    /// <summary>Takes the place of one that a killed process left.</summary>
    /// <returns>Null where there can be none: the name is longer than 107 bytes, the disk full or read-only.</returns>
    public static Socket? Listen(string path)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            File.Delete(path);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            listener.Listen();
            return listener;
        }
        catch (Exception e) when (e is SocketException or ArgumentException or IOException
            or UnauthorizedAccessException)
        {
            listener.Dispose();
            return null;
        }
    }

    public static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next one takes its place.
        }
    }
}
