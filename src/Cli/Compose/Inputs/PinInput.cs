using System.Text;
using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;
using Coffer.Domain;
using Coffer.FileSystem.Secrets;

namespace Coffer.Cli.Compose.Inputs;

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
        return file == "-" ? Checked(Typed(invocation), "what was typed") : Checked(FromFile(file), file);
    }

    // It goes into a header of the request.
    private static string Checked(string text, string place)
    {
        string pin = text.Trim();
        bool isBearable = pin.Length is > 0 and <= MaxLength && pin.All(c => c is >= ' ' and < '\x7f');
        return isBearable
            ? pin
            : throw FaultException.Usage("pin.file", $"There is no PIN in {place}.",
                "Give the PIN alone, as `coffer-vault pin create` or the portal showed it.");
    }

    /// <summary>
    /// Does what may need a PIN: with the one that was given; else, where somebody can be asked, with one that is typed
    /// once the vault has said that it wants it, and how it is made.
    /// </summary>
    /// <param name="act">With a PIN, or null.</param>
    public static async Task<T> AskedAsync<T>(Invocation invocation, Func<string?, Task<T>> act)
    {
        string? given = Read(invocation);
        try
        {
            return await act(given);
        }
        catch (FaultException e) when (e.Fault.Code == "pin.needed" && given is null && invocation.Printer.CanAsk)
        {
            invocation.Printer.Note($"{e.Fault.Message} {e.Fault.Guidance}");
            return await act(Checked(Typed(invocation), "what was typed"));
        }
    }

    private static string FromFile(string file)
    {
        byte[] bytes = GivenFile.Read(file, MaxLength + 2) ?? throw FaultException.Usage(
            "pin.file", $"The PIN file {file} does not exist.", "Check its path; - is standard input.");
        return Encoding.Latin1.GetString(bytes);
    }

    private static string Typed(Invocation invocation)
    {
        invocation.Printer.Flush();
        if (invocation.Printer.CanAsk) Console.Error.Write("Security PIN: ");
        return Console.In.ReadLine() ?? "";
    }
}
