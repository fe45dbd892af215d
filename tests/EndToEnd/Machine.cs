using System.Diagnostics;
using System.Text.Json;
using Coffer.EndToEnd.Serving;

namespace Coffer.EndToEnd;

/// <summary>One run of the command.</summary>
internal sealed record Run(int ExitCode, string Output, string Errors)
{
    /// <summary>The last line of <c>--json</c>.</summary>
    public JsonElement Result => JsonDocument.Parse(Output.TrimEnd('\n').Split('\n')[^1]).RootElement;

    public string Code => Result.GetProperty("code").GetString()!;

    public IEnumerable<JsonElement> Events => Output.TrimEnd('\n').Split('\n')[..^1]
        .Select(line => JsonDocument.Parse(line).RootElement);

    public override string ToString() => $"exit {ExitCode}\n{Output}\n{Errors}";
}

/// <summary>
/// A home, a vault and data in a folder of their own, and the command run on them as a process. COFFER_UNDER_TEST
/// names another build than the checkout's.
/// </summary>
internal sealed class Machine : IDisposable
{
    private static readonly string s_command =
        Environment.GetEnvironmentVariable("COFFER_UNDER_TEST") ?? Path.Combine(Root(), "coffer");

    public Machine() => Directory.CreateDirectory(Data);

    /// <summary>What <see cref="Coffer"/> runs.</summary>
    public static string Command => s_command;

    public string Folder { get; } = Directory.CreateTempSubdirectory("coffer-e2e-").FullName;

    public string Home => Path.Combine(Folder, "home");

    public string Vault => Path.Combine(Folder, "vault");

    public string Data => Path.Combine(Folder, "data");

    public string Passphrase => Path.Combine(Folder, "passphrase");

    /// <summary>So many days later than it is, for the commands that are run from now on.</summary>
    public int DaysLater { get; set; }

    public string At(string name) => Path.Combine(Folder, name);

    public void Write(string name, string text)
    {
        string path = Path.Combine(Data, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>Protects <see cref="Data"/> in <see cref="Vault"/> with a passphrase of our own.</summary>
    public Run Protect(params string[] more)
    {
        File.WriteAllText(Passphrase, "correct horse battery staple\n");
        return Json(["protect", Data, "--vault", Vault, "--passphrase-file", Passphrase, .. more]);
    }

    public Run Json(params string[] arguments) => Coffer([.. arguments, "--json"]);

    public Run Coffer(params string[] arguments) => Start(s_command, arguments);

    /// <summary>A shell's script, with the command as <c>$coffer</c>; it runs in <see cref="Folder"/>.</summary>
    public Run Shell(string script) =>
        Start("/bin/sh", "-c", "coffer=$1; cd \"$2\" || exit 99; " + script, "sh", s_command, Folder);

    /// <summary>
    /// The one file of the vault's store below a folder, <c>packs</c> say, that is largest or smallest.
    /// </summary>
    public string Stored(string kind, bool isLargest)
    {
        var folder = new DirectoryInfo(Path.Combine(Vault, "store", kind));
        var files = folder.GetFiles("*", SearchOption.AllDirectories);
        return (isLargest ? files.MaxBy(file => file.Length) : files.MinBy(file => file.Length))!.FullName;
    }

    public Run Start(string program, params string[] arguments)
    {
        using var process = Process.Start(StartOf(program, arguments))!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Run(process.ExitCode, output, errors.GetAwaiter().GetResult());
    }

    /// <summary>The command, all its streams redirected.</summary>
    public ProcessStartInfo StartOf(string[] arguments) => StartOf(s_command, arguments);

    /// <summary>By rm: the framework cannot name what is not UTF-8.</summary>
    public void Dispose() => Start("rm", "-rf", Folder);

    public ProcessStartInfo StartOf(string program, string[] arguments)
    {
        if (DaysLater > 0 && (program == s_command || program == RunningVault.Command))
        {
            string command = program == s_command ? "coffer" : "coffer-vault";
            (program, arguments) = LaterClock.Of(DaysLater, command, arguments);
        }
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment["COFFER_HOME"] = Home;
        start.Environment.Remove("COFFER_DEBUG");
        return start;
    }

    internal static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Coffer.slnx")))
            folder = Path.GetDirectoryName(folder);
        return folder!;
    }
}
