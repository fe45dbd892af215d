using System.Diagnostics;
using System.Globalization;
using System.Text;
using Coffer.Agent.Homes;
using Coffer.Agent.Registration;
using Coffer.Domain.Policies;
using Coffer.Vault;

namespace Coffer.Turmoil.Places;

/// <summary>
/// The folder in which all of it happens: one vault, the homes and sources of its machines, what is known of them, and
/// the clock, which outlives every process.
/// </summary>
internal sealed class Site
{
    public const int Machines = 2;

    /// <summary>
    /// An hour takes a sixth of a second, a day four seconds, the week that a pack counts as young 28.
    /// </summary>
    public const int Rate = 6 * 3600;

    private Site(string root)
    {
        Root = root;
        string[] clock = File.ReadAllText(ClockFile(root)).Split(' ');
        long[] numbers = [.. clock.Select(number => long.Parse(number, CultureInfo.InvariantCulture))];
        Time = new HurriedTime(new DateTimeOffset(numbers[0], TimeSpan.Zero), numbers[1], Rate);
    }

    public string Root { get; }

    public HurriedTime Time { get; }

    public string Vault => Path.Combine(Root, "vault");

    public string Ledger => Path.Combine(Root, "ledger");

    public string Manifests => Path.Combine(Root, "manifests");

    /// <summary>Where points are restored to; emptied after each death.</summary>
    public string Scratch => Path.Combine(Root, "scratch");

    public static Site Open(string root) => new(root);

    /// <param name="ahead">How long before now the clock begins, so that it need not run into the future.</param>
    public static async Task<Site> CreateAsync(string root, TimeSpan ahead, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetUtcNow() - ahead;
        string clock = $"{start.UtcTicks} {Stopwatch.GetTimestamp()}";
        await File.WriteAllTextAsync(ClockFile(root), clock, cancellationToken);
        var site = new Site(root);
        EmbeddedVault.Create(site.Vault, "turmoil", site.Time);
        await using var vault = await site.OpenVaultAsync(cancellationToken);
        for (int machine = 0; machine < Machines; machine++)
        {
            Directory.CreateDirectory(site.Source(machine));
            var home = site.Home(machine);
            home.Prepare();
            await new Registrar(home, vault, TimeProvider.System).RegisterAsync(
                $"machine-{machine}", "a passphrase of the turmoil", VaultPlace.Of(site.Vault), cancellationToken);
            home.WritePolicy(ProtectionPolicy.Empty("UTC") with
            {
                Version = 1,
                Items = [new PolicyItem(Encoding.UTF8.GetBytes(site.Source(machine)))],
                Snapshots = SnapshotUse.Off,
            });
        }
        Directory.CreateDirectory(site.Manifests);
        Directory.CreateDirectory(site.Scratch);
        return site;
    }

    public AgentHome Home(int machine) => new(Path.Combine(Root, $"home-{machine}"));

    public string Source(int machine) => Path.Combine(Root, $"source-{machine}");

    public Task<EmbeddedVault> OpenVaultAsync(CancellationToken cancellationToken) => EmbeddedVault.OpenAsync(
        Vault,
        new VaultOpenOptions
        {
            Time = Time,
            Clock = new MachineClock("turmoil", () => Time.SinceStart),
            // A second of ours: who held it has just died.
            WaitLimit = TimeSpan.FromSeconds(Rate),
            Purpose = "turmoil",
        },
        cancellationToken);

    private static string ClockFile(string root) => Path.Combine(root, "clock");
}
