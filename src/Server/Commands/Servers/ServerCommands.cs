using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Servers;

/// <summary><c>coffer-vault server …</c>: the noun, and those of its verbs that are one step.</summary>
internal static class ServerCommands
{
    public static Argument<string> Argument() =>
        new("SERVER") { Description = "Its id, the beginning of one, or its name" };

    public static Command Noun() => ConsoleVerb.Noun("server", "Protected servers", ListAsync,
    [
        ConsoleVerb.Of("list", "List the servers, when they were last heard from and what they take", ListAsync,
            "coffer-vault server list --data /srv/vault"),
        ConsoleVerb.Of("show", "Show a server and its backup items", Argument(), ShowAsync,
            "coffer-vault server show web1 --data /srv/vault"),
        new ServerAdoptCommand(),
        ConsoleVerb.Of("deny", "Refuse a machine that asks to go on as a server", Argument(), DenyAsync,
            "coffer-vault server deny web1 --data /srv/vault"),
        ConsoleVerb.Of("revoke", "Take a server's key no more, at once; its backups stay", Argument(), RevokeAsync,
            "coffer-vault server revoke web1 --data /srv/vault      # stolen: until a new key adopts it"),
        .. MemberCommands.Verbs(),
        new ServerDeleteCommand(),
        new ServerQuotaCommand(),
        new ServerTagCommand(),
    ]);

    private static async Task<int> ListAsync(VaultConsole vault)
    {
        var servers = await vault.ListAsync("/servers", ManagementJson.Default.PageProtectedServer);
        var table = new TextTable(
            "NAME", "ID", "STATE", "HEARD FROM", ">ITEMS", ">POINTS", ">STORED", ">QUOTA", "TAGS");
        foreach (var server in servers)
        {
            vault.Report.Event("server", server, ManagementJson.Default.ProtectedServer);
            table.Add(
                server.Name, Words.Short($"{server.Id}"), Words.Of(server.State),
                Words.Time(server.LastHeardFrom, "never"), $"{server.BackupItems}", $"{server.Points}",
                server.Damage is null ? Words.Size(server.StoredBytes) : "damaged",
                server.QuotaBytes is { } quota ? Words.Size(quota) : "", string.Join(' ', server.Tags));
        }
        table.Print(vault.Report, "No server is registered. `coffer-vault credentials create` makes what they need.");
        return vault.Report.Done(json => json.WriteNumber("servers"u8, servers.Count));
    }

    private static async Task<int> ShowAsync(VaultConsole vault, string named)
    {
        var server = await Named.ServerAsync(vault, named);
        var report = vault.Report;
        report.Line($"Server      {server.Name} ({server.Id}), {Words.Of(server.State)}");
        report.Line($"Registered  {Words.Time(server.RegisteredAt)}");
        report.Line($"Heard from  {Words.Time(server.LastHeardFrom, "never")}");
        if (server.Damage is { } damage) report.Line($"! {damage}");
        report.Line($"Stored      {Words.Size(server.StoredBytes)}"
            + (server.QuotaBytes is { } quota ? $" of {Words.Size(quota)}" : ""));
        report.Line($"Points      {server.Points}; {server.ExtraPointsADay} a day beyond its schedule are taken");
        if (server.Tags.Count > 0) report.Line($"Tags        {string.Join(' ', server.Tags)}");
        if (server.Sharing is { } sharing)
            report.Line($"Keyspace    shared, with {Words.Count(sharing.OtherMembers, "other server")}; members "
                + (sharing.MembersTrustEachOther ? "trust each other" : "send their own copies"));
        if (server.DistrustedSince is { } since)
            report.Line($"Distrusted  since {Words.Time(since)}: what it sends counts for no other member");
        foreach (var item in await vault.ListAsync($"/items?server={server.Id}", ManagementJson.Default.PageBackupItem))
        {
            report.Event("item", item, ManagementJson.Default.BackupItem);
            report.Line($"Item        {item.Label} ({Words.Short($"{item.Id}")}), {Words.Of(item.Protection)},"
                + $" {Words.Count(item.Points, "point")}");
        }
        return report.Done(server, ManagementJson.Default.ProtectedServer);
    }

    private static async Task<int> DenyAsync(VaultConsole vault, string named)
    {
        var server = await Named.ServerAsync(vault, named);
        await vault.SendAsync(HttpMethod.Post, $"/adoptions/{server.Id}/deny");
        vault.Report.Line($"Nobody goes on as {server.Name} but who has its key.");
        return vault.Report.Done();
    }

    private static async Task<int> RevokeAsync(VaultConsole vault, string named)
    {
        var server = await Named.ServerAsync(vault, named);
        await vault.SendAsync(HttpMethod.Post, $"/servers/{server.Id}/revoke");
        vault.Report.Line($"The key of {server.Name} is taken no more. Its backups stay, and can be restored elsewhere"
            + " with its passphrase; a new key goes on with `coffer register FILE --adopt` and your approval.");
        return vault.Report.Done();
    }
}
