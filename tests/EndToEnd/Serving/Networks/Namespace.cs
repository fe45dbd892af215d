using System.Diagnostics;
using System.Security.Cryptography;

namespace Coffer.EndToEnd.Serving.Networks;

/// <summary>A host of its own as far as network, host name and /etc/hosts go; the file system is everybody's.</summary>
internal sealed class Namespace : IDisposable
{
    /// <summary>Host name, hosts file and folder to work in; then the command, in place of the shell.</summary>
    private const string Enter =
        "hostname \"$1\" && mount --bind \"$2\" /etc/hosts && cd \"$3\" && shift 3 && exec \"$@\"";

    private readonly string _name = "coffer-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
    private readonly string _hosts;

    private Namespace(string hostName, string folder)
    {
        (HostName, Folder) = (hostName, folder);
        _hosts = Path.Combine(folder, "hosts");
        File.WriteAllText(_hosts, $"127.0.0.1 localhost\n127.0.0.1 {hostName}\n");
    }

    public string HostName { get; }

    /// <summary>Where commands run.</summary>
    public string Folder { get; }

    /// <summary>Skips the test where the system gives none.</summary>
    public static Namespace Make(string hostName, string folder)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "network namespaces need root");
        Assert.SkipUnless(File.Exists("/usr/sbin/ip") || File.Exists("/sbin/ip"), "iproute2 is not installed");
        Directory.CreateDirectory(folder);
        var made = new Namespace(hostName, folder);
        if (Ip("netns", "add", made._name) != 0) Assert.Skip("network namespaces are not to be had here");
        Ip("-n", made._name, "link", "set", "lo", "up").ShouldBe(0);
        return made;
    }

    /// <summary>A line to another host, which this one then knows by its name.</summary>
    public void Connect(Namespace other, byte subnet)
    {
        string here = $"to-{subnet}", there = $"of-{subnet}";
        Ip("link", "add", here, "netns", _name, "type", "veth", "peer", "name", there, "netns", other._name)
            .ShouldBe(0);
        Up(_name, here, $"10.231.{subnet}.2/24");
        Up(other._name, there, $"10.231.{subnet}.1/24");
        File.AppendAllText(_hosts, $"10.231.{subnet}.1 {other.HostName}\n");
    }

    /// <summary>The program and arguments that run a command on this host.</summary>
    public string[] Command(params string[] command) =>
        ["ip", "netns", "exec", _name, "unshare", "--mount", "--uts", "sh", "-c", Enter, "sh", HostName, _hosts, Folder,
            .. command];

    public void Dispose() => Ip("netns", "del", _name);

    private static void Up(string name, string link, string address)
    {
        Ip("-n", name, "addr", "add", address, "dev", link).ShouldBe(0);
        Ip("-n", name, "link", "set", link, "up").ShouldBe(0);
    }

    private static int Ip(params string[] arguments)
    {
        using var run = Process.Start("ip", arguments);
        run.WaitForExit();
        return run.ExitCode;
    }
}
