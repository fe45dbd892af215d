using System.Text;
using Coffer.FileSystem.Mounts;

namespace Coffer.Unit.FileSystem;

/// <summary>Removable disks, told by trees as machines show them in /sys.</summary>
public sealed class BlockDevicesTests : IDisposable
{
    private const string Pci = "devices/pci0000:00/0000:00:1f.2";

    private readonly TempFolder _sys = new();

    public void Dispose() => _sys.Dispose();

    [Fact]
    public void IsRemovable_DiskInTheMachine_IsNot()
    {
        AddDisk($"{Pci}/ata1/host0/target0:0:0/0:0:0:0/block/sda", "8:0");
        AddPartition($"{Pci}/ata1/host0/target0:0:0/0:0:0:0/block/sda", "sda1", "8:1");
        Is("8:0").ShouldBeFalse();
        Is("8:1").ShouldBeFalse();
    }

    [Fact]
    public void IsRemovable_UnknownDevice_IsNot() => Is("7:99").ShouldBeFalse();

    [Fact]
    public void IsRemovable_MediumInADrive_Is()
    {
        AddDisk($"{Pci}/ata2/host1/block/sr0", "11:0", removable: "1");
        Is("11:0").ShouldBeTrue();
    }

    [Fact]
    public void IsRemovable_UsbDiskThatCallsItselfFixed_IsWithItsPartitions()
    {
        const string disk = "devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/host6/target6:0:0/6:0:0:0/block/sdb";
        AddDisk(disk, "8:16");
        AddPartition(disk, "sdb1", "8:17");
        Is("8:17").ShouldBeTrue();
    }

    [Fact]
    public void IsRemovable_EncryptedVolumeOnAUsbDisk_Is()
    {
        const string disk = "devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/host6/target6:0:0/6:0:0:0/block/sdb";
        AddDisk(disk, "8:16");
        AddPartition(disk, "sdb1", "8:17");
        AddDisk("devices/virtual/block/dm-0", "254:0");
        _sys.AddFolder("devices/virtual/block/dm-0/slaves");
        _sys.AddLink("devices/virtual/block/dm-0/slaves/sdb1", $"../../../../../{disk}/sdb1");
        Is("254:0").ShouldBeTrue();
    }

    [Fact]
    public void IsRemovable_DiskBehindAnExternalPort_Is()
    {
        AddDisk("devices/pci0000:00/0000:00:1d.0/0000:05:00.0/nvme/nvme1/nvme1n1", "259:4");
        Is("259:4").ShouldBeFalse();
        _sys.AddFile("devices/pci0000:00/0000:00:1d.0/removable", "fixed\n");
        Is("259:4").ShouldBeFalse();
        _sys.AddFile("devices/pci0000:00/0000:00:1d.0/0000:05:00.0/removable", "removable\n");
        Is("259:4").ShouldBeTrue();
    }

    [Theory]
    [InlineData("SD", true)]
    [InlineData("MMC", false)] // soldered in
    public void IsRemovable_MemoryCard_Is(string type, bool expected)
    {
        const string disk = "devices/platform/soc/mmc_host/mmc0/mmc0:aaaa/block/mmcblk0";
        AddDisk(disk, "179:0");
        _sys.AddFile($"{disk}/device/type", type + "\n");
        Is("179:0").ShouldBe(expected);
    }

    private void AddDisk(string path, string number, string removable = "0")
    {
        _sys.AddFile($"{path}/removable", removable + "\n");
        _sys.AddFolder("block");
        _sys.AddLink($"block/{Path.GetFileName(path)}", "../" + path);
        AddNumber(path, number);
    }

    private void AddPartition(string disk, string name, string number)
    {
        _sys.AddFile($"{disk}/{name}/partition", "1\n");
        AddNumber($"{disk}/{name}", number);
    }

    private void AddNumber(string path, string number)
    {
        _sys.AddFolder("dev/block");
        _sys.AddLink($"dev/block/{number}", "../../" + path);
    }

    private bool Is(string number)
    {
        var table = MountTable.Parse(Encoding.UTF8.GetBytes($"1 0 {number} / / rw - ext4 /dev/x rw"));
        return new BlockDevices(_sys.Path).IsRemovable(table.Of("/"u8));
    }
}
