using System.Text;
using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;
using Coffer.Domain;
using Coffer.Domain.Passphrases;
using Coffer.FileSystem.Secrets;

namespace Coffer.Cli.Compose.Inputs;

/// <summary>Where passphrases come from: a file, standard input, or fingers. Never the command line.</summary>
internal static class PassphraseInput
{
    private const string ForKnown =
        "Give --passphrase-file FILE, or - for standard input; or run the command at a terminal.";

    private const string ForNew =
        "Give --new-passphrase-file FILE, - for standard input, or --generate; or run the command at a terminal.";

    /// <summary>The one that is asked for; typed where no file is given.</summary>
    /// <exception cref="FaultException"><c>passphrase.needed</c>: no file and nobody to ask.</exception>
    public static string Read(Invocation invocation, string prompt) =>
        invocation.Value(SharedOptions.PassphraseFile) is { } file
            ? FromFile(file)
            : Typed(invocation, prompt, ForKnown);

    /// <summary>The one that opens existing data. What no passphrase can be is told as the wrong one at once.</summary>
    /// <exception cref="FaultException"><c>passphrase.wrong</c>, <c>passphrase.needed</c>.</exception>
    public static string ReadKnown(Invocation invocation, string prompt)
    {
        string passphrase = Read(invocation, prompt);
        if (PassphraseRules.Broken(passphrase) is not { } broken) return passphrase;
        string? file = invocation.Value(SharedOptions.PassphraseFile);
        string reason = broken.Code == "passphrase.short"
            ? $"one has at least {PassphraseRules.MinimumLength} characters, this has {passphrase.Length}"
            : broken.Message.TrimEnd('.');
        throw FaultException.Usage("passphrase.wrong",
            $"{(file is null or "-" ? "What was given" : $"What {file} holds")} is not the right passphrase: {reason}.",
            "Give the one that was chosen or generated when the data was first protected, or last changed.");
    }

    /// <summary>A new one: typed twice where it is typed, and by the rules.</summary>
    public static string ReadNew(Invocation invocation, string? file)
    {
        string passphrase = file is not null ? FromFile(file) : Typed(invocation, "New passphrase: ", ForNew);
        if (PassphraseRules.Broken(passphrase) is { } fault) throw new FaultException(fault);
        if (file is null && Typed(invocation, "The same once more: ", ForNew) != passphrase)
            throw FaultException.Usage("passphrase.differs", "The two passphrases differ.", "Nothing was changed.");
        return passphrase;
    }

    /// <summary>The first line of a file; a line end, or its missing, makes no difference.</summary>
    public static string FromFile(string file)
    {
        byte[]? bytes = file == "-"
            ? FromStandardInput()
            : GivenFile.Read(file, PassphraseRules.MaximumLength + 2);
        if (bytes is null)
            throw FaultException.Usage("passphrase.file", $"The passphrase file {file} does not exist.",
                "Check its path; - is standard input.");

        // Latin-1 keeps every byte one character, so that the rules name the one that is not allowed.
        string text = Encoding.Latin1.GetString(bytes);
        int end = text.IndexOfAny(['\r', '\n']);
        if (end >= 0 && text.AsSpan(end).Trim("\r\n").Length > 0)
            throw FaultException.Usage("passphrase.file", $"The passphrase file {file} holds more than one line.",
                "Put the passphrase alone into it.");
        return end < 0 ? text : text[..end];
    }

    public static byte[] FromStandardInput()
    {
        using var input = Console.OpenStandardInput();
        var bytes = new byte[PassphraseRules.MaximumLength + 2];
        return bytes[..input.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }

    private static string Typed(Invocation invocation, string prompt, string guidance)
    {
        if (!invocation.Printer.CanAsk)
            throw FaultException.Usage(
                "passphrase.needed", "A passphrase is needed and there is nobody to ask for it.", guidance);
        invocation.Printer.Flush();
        Console.Error.Write(prompt);
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key == ConsoleKey.Backspace) typed.Length = Math.Max(0, typed.Length - 1);
            else if (key.KeyChar != '\0') typed.Append(key.KeyChar);
            invocation.Cancellation.ThrowIfCancellationRequested();
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
