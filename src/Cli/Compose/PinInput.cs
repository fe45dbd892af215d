using System.Text;
using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;
using Coffer.Domain;
using Coffer.FileSystem.Secrets;

namespace Coffer.Cli.Compose;

/// <summary>Where security PINs come from: a file, standard input, or fingers. Never the command line.</summary>
internal static class PinInput
{
    /// <summary>Any PIN is shorter, with signs between its groups too.</summary>
    private const int MaxLength = 64;

    /// <summary>Null where none was given.</summary>
    /// <exception cref="FaultException"><c>pin.file</c>.</exception>
    public static string? Read(Invocation invocation)
    {
        if (invocation.Value(SharedOptions.PinFile) is not { } file) return null;
        string pin = (file == "-" ? Typed(invocation) : FromFile(file)).Trim();
        // It goes into a header of the request.
        bool isBearable = pin.Length is > 0 and <= MaxLength && pin.All(c => c is > ' ' and < '\x7f' or ' ');
        return isBearable
            ? pin
            : throw FaultException.Usage("pin.file", $"There is no PIN in {(file == "-" ? "what was typed" : file)}.",
                "Put the PIN alone into it, as `coffer-vault pin create` or the portal showed it.");
    }

    private static string FromFile(string file)
    {
        byte[] bytes = GivenFile.Read(file, MaxLength + 2) ?? throw FaultException.Usage(
            "pin.file", $"The PIN file {file} does not exist.", "Check its path; - is standard input.");
        return Encoding.Latin1.GetString(bytes);
    }

    private static string Typed(Invocation invocation)
    {
        if (invocation.Printer.CanAsk) Console.Error.Write("Security PIN: ");
        return Console.In.ReadLine() ?? "";
    }
}
