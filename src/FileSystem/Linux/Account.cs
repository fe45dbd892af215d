namespace Coffer.FileSystem.Linux;

/// <summary>Who this process acts as; asked once, it does not change.</summary>
internal static class Account
{
    public static readonly uint EffectiveUid = Libc.geteuid();

    public static readonly uint EffectiveGid = Libc.getegid();

    public static bool IsRoot => EffectiveUid == 0;
}
