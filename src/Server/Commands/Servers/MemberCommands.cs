using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Servers;

/// <summary>
/// Of <c>coffer-vault server …</c> those verbs that are about keyspaces which several servers share, and whom of them
/// the others believe.
/// </summary>
internal static class MemberCommands
{
    public static Command[] Verbs() =>
    [
        ConsoleVerb.Of("joins", "List the machines that ask to join the keyspace of a server", JoinsAsync,
            "coffer-vault server joins --data /srv/vault"),
        ConsoleVerb.Of("admit", "Let a machine into the keyspace that it asks to join", Key(), AdmitAsync,
            "coffer-vault server admit 3f9a61c2d4e8b750 --data /srv/vault      # the key that it shows"),
        ConsoleVerb.Of("refuse", "Refuse a machine that asks to join a keyspace", Key(), RefuseAsync,
            "coffer-vault server refuse 3f9a61c2d4e8b750 --data /srv/vault"),
        new ServerDistrustCommand(),
        ConsoleVerb.Of("trust", "Believe what a server sends again, for the other members of its keyspace",
            ServerCommands.Argument(), TrustAsync,
            "coffer-vault server trust web1 --data /srv/vault      # it was installed anew"),
    ];

    private static Argument<string> Key() => new("KEY")
    {
        Description = "The key of the machine that asks, as that machine shows it",
    };

    private static async Task<int> JoinsAsync(VaultConsole vault)
    {
        var joins = (await vault.GetAsync("/joins", ManagementJson.Default.PageJoinItem)).Items;
        var table = new TextTable("KEY", "NAME", "ASKED AT", "TO JOIN", "SERVER", "MEMBERS TRUST EACH OTHER");
        foreach (var join in joins)
        {
            vault.Report.Event("join", join, ManagementJson.Default.JoinItem);
            table.Add(
                join.Key, join.Name, Words.Time(join.AskedAt), join.ServerName, Words.Short($"{join.Server}"),
                join.MembersTrustEachOther ? "yes" : "no");
        }
        table.Print(vault.Report, "No machine asks to join a keyspace.");
        return vault.Report.Done(json => json.WriteNumber("joins"u8, joins.Count));
    }

    private static async Task<int> AdmitAsync(VaultConsole vault, string key)
    {
        await vault.SendAsync(HttpMethod.Post, $"/joins/{Uri.EscapeDataString(key)}/approve");
        vault.Report.Line($"The machine with the key {key} is let in. It can read and restore all files of the others"
            + " in that keyspace, and they its own.");
        vault.Report.Line("On that machine the same `coffer register` once more comes to its end.");
        return vault.Report.Done(json => json.WriteString("key"u8, key));
    }

    private static async Task<int> RefuseAsync(VaultConsole vault, string key)
    {
        await vault.SendAsync(HttpMethod.Post, $"/joins/{Uri.EscapeDataString(key)}/deny");
        vault.Report.Line($"The machine with the key {key} is not let in. It has shown that it knows the passphrase:"
            + " whoever gave it that can change it, with `coffer passphrase change`.");
        return vault.Report.Done(json => json.WriteString("key"u8, key));
    }

    private static async Task<int> TrustAsync(VaultConsole vault, string named)
    {
        var server = await Named.ServerAsync(vault, named);
        var trusted = await vault.PostAsync($"/servers/{server.Id}/trust", ManagementJson.Default.ProtectedServer);
        vault.Report.Line(server.DistrustedSince is null
            ? $"{server.Name} is not distrusted."
            : $"What {server.Name} has sent since it was distrusted, and sends from now on, counts as that of the"
                + " others. What it sent before, from when on it was not believed, counts for nobody.");
        return vault.Report.Done(trusted, ManagementJson.Default.ProtectedServer);
    }
}
