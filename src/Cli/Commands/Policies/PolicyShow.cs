using Coffer.Agent.Policies;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Wording;
using Coffer.FileSystem;
using Coffer.Format.Policies;

namespace Coffer.Cli.Commands.Policies;

/// <summary><c>coffer policy [show]</c>: what is protected, and how.</summary>
internal static class PolicyShow
{
    public static Task<Outcome> RunAsync(Invocation invocation)
    {
        var policy = invocation.Home.ReadPolicy();
        if (policy is null) invocation.Printer.Line("Nothing is protected yet. `coffer protect FOLDER` begins.");
        else Print(invocation.Printer, policy);
        return Task.FromResult(new Outcome(ExitCode.Completed, json =>
        {
            json.WritePropertyName("policy"u8);
            json.WriteRawValue(policy is null ? "null"u8 : PolicyCodec.Encode(policy), skipInputValidation: true);
        }));
    }

    private static void Print(Printer printer, ProtectionPolicy policy)
    {
        printer.Line("Protected");
        if (policy.Items.Count == 0) printer.Line("  nothing: `coffer protect FOLDER` adds a path");
        foreach (var item in policy.Items) printer.Line($"  {PathText.Render(item.Path)}");
        printer.Line("Left out");
        foreach (var exclusion in policy.Exclusions) printer.Line($"  {PathText.Render(exclusion.Text)}");
        printer.Line("  Coffer's home, cache and vault; swap files; /proc /sys /dev /run /tmp unless chosen by name");
        if (policy.SkipsCacheFolders) printer.Line("  folders marked with a CACHEDIR.TAG");
        printer.Line($"Snapshots  {PolicyCodec.TextOf(policy.Snapshots)}");
        printer.Line($"Schedule   {PolicyWords.Of(policy.Schedule)}");
        printer.Line("           `coffer agent` tells whether anything starts these runs");
        printer.Line($"Retention  {PolicyWords.Of(policy.Retention)}");
        printer.Line("           `coffer policy preview` shows which points that keeps");
        printer.Line($"Version    {policy.Version}");
    }
}
