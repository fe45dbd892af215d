using System.Security.Cryptography;
using System.Text;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Retention;
using Coffer.Domain.Schedules;

namespace Coffer.Simulation.Fleets;

/// <summary>What happens to one machine, in the order of time.</summary>
internal abstract record LifeEvent(DateTimeOffset At);

internal sealed record PolicyEdited(DateTimeOffset At, ProtectionPolicy Policy) : LifeEvent(At);

internal sealed record PointMade(DateTimeOffset At, FleetSource Source, KeptPoint Point) : LifeEvent(At);

/// <summary>With its data retained; false: goes on.</summary>
internal sealed record Stopped(DateTimeOffset At, FleetSource Source, bool IsStopped) : LifeEvent(At);

internal sealed record FleetSource(SourceId Id, MachineId Machine, string Label);

/// <summary>
/// Years of one machine: runs as <see cref="RunPlanner"/> plans them, of which some fail; weeks without the machine;
/// edits of the policy; what every third machine lives through besides: a volume that is taken off and selected again,
/// a stop and a resumption, or that nobody hears from it any more.
/// </summary>
internal sealed class MachineLife
{
    private static readonly string[] s_zones =
        ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Auckland"];

    private static readonly TimeOnly[] s_times = [new(2, 15), new(13, 0), new(21, 30)];

    private readonly List<LifeEvent> _events = [];
    private readonly Dictionary<SourceId, long> _sequences = [];
    private readonly Random _random;
    private readonly int _number;
    private readonly MachineId _machine = MachineId.New();
    private readonly DateTimeOffset _from, _until;

    public MachineLife(int number, int seed, DateTimeOffset from, DateTimeOffset until)
    {
        (_number, _random, _from, _until) = (number, new Random(seed * 1000 + number), from, until);
        Live();
        Events = [.. _events.OrderBy(each => each.At)];
    }

    public MachineId Machine => _machine;

    public IReadOnlyList<LifeEvent> Events { get; }

    private void Live()
    {
        var root = new FleetSource(SourceId.New(), _machine, "/");
        var data = new FleetSource(SourceId.New(), _machine, "/data");
        var policies = Policies();
        var (stop, resume) = (_from + Part(0.4), _from + Part(0.6));
        var silent = _number % 3 == 2 ? _from + Part(0.7) : _until;
        if (_number % 3 == 1) _events.AddRange([new Stopped(stop, root, true), new Stopped(resume, root, false)]);

        var memory = new RunMemory(_from);
        var awake = _from;
        for (int p = 0; p < policies.Count; p++)
        {
            var (since, policy) = policies[p];
            _events.Add(new PolicyEdited(since, policy));
            bool hasData = policy.Items.Count > 1;
            if (p > 0 && hasData && policies[p - 1].Policy.Items.Count == 1)
                data = new FleetSource(SourceId.New(), _machine, "/data");
            var end = p + 1 < policies.Count ? policies[p + 1].Since : silent;
            var planner = new RunPlanner(policy.Schedule, _machine.Value);
            for (var now = Max(since, awake); now < end && now < silent;)
            {
                if (planner.Next(memory, now) is not { } run) break;
                now = Max(now, run.Start);
                if (now >= end || now >= silent) break;
                if (_random.Next(200) == 0)
                {
                    now = awake = now.AddDays(_random.Next(1, 40)); // off; what was missed is caught up afterwards
                    continue;
                }
                memory = memory.Begin(run);
                now = now.AddMinutes(_random.Next(1, 90));
                if (now >= end) break;
                bool fails = _random.Next(12) == 0;
                memory = fails ? memory.Fail(now) : memory.Succeed();
                if (fails) continue;
                bool isStopped = _number % 3 == 1 && now >= stop && now < resume;
                if (!isStopped) Add(root, now, null);
                if (hasData) Add(data, now, null);
                if (_random.Next(40) == 0 && !isStopped) Add(root, now.AddSeconds(1), now.AddDays(_random.Next(5, 25)));
            }
        }
    }

    private List<(DateTimeOffset Since, ProtectionPolicy Policy)> Policies()
    {
        var policies = new List<(DateTimeOffset, ProtectionPolicy)>();
        var since = _from;
        for (int version = 1; since < _until - Part(0.1); version++)
        {
            bool hasData = !(_number % 3 == 0 && version == 2);
            policies.Add((since, Policy(version, hasData)));
            since += Part(0.15) + TimeSpan.FromDays(_random.Next(10, 120));
        }
        return policies;
    }

    private ProtectionPolicy Policy(int version, bool hasData)
    {
        string[] paths = hasData ? ["/etc", "/data"] : ["/etc"];
        return ProtectionPolicy.Empty("UTC") with
        {
            Version = version,
            Items = [.. paths.Select(path => new PolicyItem(Encoding.ASCII.GetBytes(path)))],
            Schedule = new BackupSchedule(
                s_times[..(version == 1 ? 3 : _random.Next(1, 4))], [], 1, s_zones[_number % 4], 45),
            Retention = new RetentionRules(
                new DailyRetention(_random.Next(7, 30)),
                new WeeklyRetention([DayOfWeek.Saturday], _random.Next(4, 10)),
                _random.Next(4) == 0 ? null : new MonthlyRetention(Days(), _random.Next(3, 15)),
                new YearlyRetention([3, 9], new WeekdayOfMonth(5, DayOfWeek.Saturday), _random.Next(1, 4))),
        };
    }

    private MonthDays Days() => _random.Next(2) == 0
        ? new WeekdayOfMonth(_random.Next(1, 6), DayOfWeek.Sunday)
        : new DaysOfMonth([1, DaysOfMonth.Last]);

    private void Add(FleetSource source, DateTimeOffset at, DateTimeOffset? until)
    {
        long sequence = _sequences[source.Id] = _sequences.GetValueOrDefault(source.Id) + 1;
        byte[] id = SHA256.HashData(Encoding.ASCII.GetBytes($"{source.Id} {sequence}"));
        _events.Add(new PointMade(at, source, new KeptPoint(new ObjectId(id), sequence, at, until)));
    }

    private TimeSpan Part(double part) => (_until - _from) * part;

    private static DateTimeOffset Max(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
