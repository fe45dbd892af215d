using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Domain;

namespace Coffer.Server.Console;

/// <summary>
/// Finds what somebody named: by id, by the beginning of one, or by a name where only one has it. Exactness comes
/// first, so that nobody can be found by what is another's id.
/// </summary>
internal static class Named
{
    /// <summary>Shorter beginnings of ids are typing errors more often than meant.</summary>
    private const int ShortestPrefix = 4;

    public static async Task<ProtectedServer> ServerAsync(VaultConsole vault, string named) => One(
        await vault.ListAsync("/servers", ManagementJson.Default.PageProtectedServer), named, "server",
        server => $"{server.Id}", server => server.Name);

    public static async Task<BackupItem> ItemAsync(VaultConsole vault, string named) => One(
        await vault.ListAsync("/items", ManagementJson.Default.PageBackupItem), named, "backup item",
        item => $"{item.Id}", item => item.Label);

    public static async Task<(BackupItem Item, RecoveryPoint Point)> PointAsync(VaultConsole vault, string named)
    {
        var all = new List<(BackupItem Item, RecoveryPoint Point)>();
        foreach (var item in await vault.ListAsync("/items", ManagementJson.Default.PageBackupItem))
            foreach (var point in await PointsAsync(vault, item)) all.Add((item, point));
        return One(all, named, "recovery point", both => $"{both.Point.Point.Id}", _ => null);
    }

    public static Task<List<RecoveryPoint>> PointsAsync(VaultConsole vault, BackupItem item) =>
        vault.ListAsync($"/items/{item.Id}/points", ManagementJson.Default.PageRecoveryPoint);

    public static async Task<AccountItem> AccountAsync(VaultConsole vault, string named) => One(
        (await vault.GetAsync("/accounts", ManagementJson.Default.PageAccountItem)).Items, named, "account",
        account => $"{account.Id}", account => account.Name);

    public static async Task<TokenItem> TokenAsync(VaultConsole vault, string named) => One(
        (await vault.GetAsync("/tokens", ManagementJson.Default.PageTokenItem)).Items, named, "API token",
        token => $"{token.Id}", token => token.Name);

    public static async Task<ApprovalItem> ApprovalAsync(VaultConsole vault, string named) => One(
        (await vault.GetAsync("/approvals", ManagementJson.Default.PageApprovalItem)).Items, named, "request",
        request => $"{request.Id}", _ => null);

    /// <exception cref="FaultException"><c>name.unknown</c>, <c>name.ambiguous</c>.</exception>
    internal static T One<T>(
        IReadOnlyList<T> all, string named, string what, Func<T, string> id, Func<T, string?> name)
    {
        var exact = all.Where(one => id(one) == named).ToList();
        if (exact.Count == 0)
            exact = [.. all.Where(one => name(one) == named)];
        if (exact.Count == 0 && named.Length >= ShortestPrefix)
            exact = [.. all.Where(one => id(one).StartsWith(named, StringComparison.OrdinalIgnoreCase))];
        return exact switch
        {
            [var only] => only,
            [] => throw FaultException.Usage("name.unknown", $"The vault knows no {what} '{named}'.",
                "The command's `list` tells which it knows."),
            _ => throw FaultException.Usage("name.ambiguous",
                $"'{named}' is the name of {exact.Count}: {string.Join(", ", exact.Select(id))}.", "Give the id."),
        };
    }
}
