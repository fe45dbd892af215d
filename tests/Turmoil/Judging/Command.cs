using System.Diagnostics;
using System.Text.Json;
using Coffer.Turmoil.Places;

namespace Coffer.Turmoil.Judging;

/// <summary>The command itself, on the home of one machine.</summary>
internal static class Command
{
    /// <summary>What <c>coffer verify --data</c> says of all points of a machine: exit code and last line.</summary>
    public static async Task<(int Code, JsonElement Result)> VerifyAsync(
        Site site, int machine, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("COFFER_UNDER_TEST") ?? Path.Combine(Root(), "coffer"),
            ["verify", "--data", "--json", "--home", site.Home(machine).Folder])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        string output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        string last = output.TrimEnd('\n').Split('\n')[^1];
        return (process.ExitCode, JsonDocument.Parse(last).RootElement);
    }

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Coffer.slnx")))
            folder = Path.GetDirectoryName(folder);
        return folder!;
    }
}
