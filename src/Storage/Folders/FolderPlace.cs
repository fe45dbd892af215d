using Coffer.Storage.Systems;
using Microsoft.Win32.SafeHandles;

namespace Coffer.Storage.Folders;

/// <summary>
/// A name and the open folder that it is relative to; without one, a path. The default has the empty name, which the
/// system answers as it does a missing one.
/// </summary>
internal readonly struct FolderPlace(SafeFileHandle? folder, string name) : IDisposable
{
    public int Folder => folder is null ? LinuxCalls.AtCurrentFolder : (int)folder.DangerousGetHandle();

    public string Name => name ?? "";

    public void Dispose() => folder?.Dispose();
}
