namespace Coffer.Domain;

/// <summary>Limits of the operating system that any room may meet, worded once.</summary>
public static class SystemFaults
{
    /// <summary>EMFILE and ENFILE of Linux, which the framework hands on as they are where it has no other.</summary>
    private const int TooManyOfSystem = 23, TooManyOfProcess = 24;

    public const string OpenFilesCode = "system.open-files";

    public const string OpenFilesGuidance = "Raise the limit (ulimit -n 4096; LimitNOFILE=4096 in a unit of systemd), "
        + "or end what holds many files open; then give the same command again.";

    /// <param name="doing">What could not be done: <c>read /home/x</c>.</param>
    public static FaultException OpenFiles(string doing, Exception? inner = null) => FaultException.Failed(
        OpenFilesCode, $"The limit on open files is reached: could not {doing}.", OpenFilesGuidance, inner);

    /// <summary>Whether a number of the system, or one that the framework took for one, says so.</summary>
    public static bool IsOpenFiles(int error) => error is TooManyOfSystem or TooManyOfProcess;
}
