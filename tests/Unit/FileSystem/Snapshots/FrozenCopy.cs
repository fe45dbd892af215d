using System.Text;
using Coffer.FileSystem.Machines.Programs;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Snapshots.Lvm;

namespace Coffer.Unit.FileSystem.Snapshots;

/// <summary>
/// A real file system on a loop device, and LVM's tools played by others: the snapshot is a copy of its image that is
/// made while it is frozen, as device-mapper freezes it.
/// </summary>
internal sealed class FrozenCopy : ISystemTool, IDisposable
{
    private const string Uuid = "abcdef-ghij-klmn-opqr-stuv-wxyz-012345";

    private readonly TempFolder _folder = new();
    private readonly string _image;
    private string _device = "", _bound = "";

    /// <summary>Skips the test where this machine cannot make one.</summary>
    public FrozenCopy(string type)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: file systems are mounted");
        _image = _folder.At("image");
        Folder = _folder.AddFolder("mount");
        // XFS is at least 300 MB.
        using (var file = File.Create(_image)) file.SetLength(320L << 20);
        HostTool.Need($"mkfs.{type}", "-q", _image);
        HostTool.Need("mount", "-o", "loop", _image, Folder);
        byte[] place = Encoding.UTF8.GetBytes(Folder);
        Mount = MountTable.Read().Mounts.Single(mount => mount.MountPoint.AsSpan().SequenceEqual(place));
    }

    public static LvmVolumeId Id { get; } = new(Uuid.Replace("-", "", StringComparison.Ordinal));

    public string Folder { get; }

    public Mount Mount { get; }

    /// <summary>Of the snapshot, as <c>lvs</c> tells it.</summary>
    public string State { get; set; } = "swi-aos---\", \"data_percent\": \"0.02";

    /// <summary>The snapshot's device is still held by somebody.</summary>
    public bool IsHeld => HostTool.Run("losetup", "-j", _folder.At("copy")).Output.Length > 0;

    public Task<ToolAnswer> RunAsync(string name, params string[] arguments) => Task.FromResult(name switch
    {
        "lvcreate" => Freeze(),
        "lvremove" => Remove(),
        _ => ToolAnswer.Good(List(arguments[^1].StartsWith("vg/", StringComparison.Ordinal))),
    });

    public Task<ToolAnswer> AskAsync(string name, string[] arguments, CancellationToken cancellationToken) =>
        RunAsync(name, arguments);

    /// <summary>A folder of it, mounted elsewhere as well.</summary>
    public Mount Bind(string name)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;
        _bound = _folder.AddFolder("bound");
        HostTool.Need("mount", "--bind", folder, _bound);
        byte[] place = Encoding.UTF8.GetBytes(_bound);
        return MountTable.Read().Mounts.Single(mount => mount.MountPoint.AsSpan().SequenceEqual(place));
    }

    public void Dispose()
    {
        if (_bound.Length > 0) _ = HostTool.Run("umount", "-l", _bound);
        if (_device.Length > 0) _ = HostTool.Run("losetup", "-d", _device);
        _ = HostTool.Run("umount", "-l", Folder);
        _folder.Dispose();
    }

    private ToolAnswer Freeze()
    {
        HostTool.Need("fsfreeze", "--freeze", Folder);
        HostTool.Need("cp", "--sparse=always", _image, _folder.At("copy"));
        HostTool.Need("fsfreeze", "--unfreeze", Folder);
        _device = HostTool.Run("losetup", "--find", "--show", _folder.At("copy")).Output.Trim();
        return ToolAnswer.Good("");
    }

    private ToolAnswer Remove()
    {
        HostTool.Run("losetup", "-d", _device).ExitCode.ShouldBe(0);
        _device = "";
        return ToolAnswer.Good("");
    }

    private string List(bool isSnapshot) => isSnapshot
        ? Row("snapshotuuid", "coffer", $"\"lv_attr\": \"{State}\"", "data", _device)
        : Row(Uuid, "data", "\"lv_attr\": \"-wi-ao----\", \"data_percent\": \"\"", "", "/dev/mapper/vg-data");

    private static string Row(string uuid, string name, string state, string origin, string path) =>
        $$"""
        {"report": [{"lv": [{"lv_uuid": "{{uuid}}", "vg_name": "vg", "lv_name": "{{name}}", {{state}},
          "lv_size": "335544320", "origin": "{{origin}}", "pool_lv": "", "vg_free_count": "100",
          "vg_extent_size": "4194304", "lv_dm_path": "{{path}}"}]}]}
        """;
}
