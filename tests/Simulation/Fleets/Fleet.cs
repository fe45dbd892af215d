using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Domain.Protection;
using Coffer.Domain.Time;
using Coffer.Format.Points;
using Coffer.Format.Policies;
using Coffer.Simulation.Scenarios;
using Coffer.Vault.Catalogs;
using Coffer.Vault.Documents;
using Coffer.Vault.Opening;
using Coffer.Vault.Records;
using Coffer.Vault.Registration;

namespace Coffer.Simulation.Fleets;

/// <summary>
/// Lets a vault live through what happens to many machines. Points are rows without bytes: how those get there, and go,
/// is what the other scenarios are about.
/// </summary>
internal sealed class Fleet
{
    private readonly OpenVault _vault;
    private readonly VirtualTime _time;
    private readonly KeyspaceId _keyspace;
    private readonly Queue<(MachineId Machine, LifeEvent Event)> _toCome;
    private readonly Dictionary<SourceId, Clerk> _clerks = [];

    public Fleet(OpenVault vault, VirtualTime time, KeyspaceId keyspace, List<MachineLife> lives)
    {
        (_vault, _time, _keyspace) = (vault, time, keyspace);
        _toCome = new(lives.SelectMany(life => life.Events.Select(each => (life.Machine, each)))
            .OrderBy(pair => pair.each.At));
        foreach (var life in lives)
        {
            vault.Catalog.Machines.Insert(
                new ServerDescription(life.Machine, "simulated", keyspace, time.Now, null), [1]);
            foreach (var source in life.Events.OfType<PointMade>().Select(made => made.Source).Distinct())
                _clerks.Add(source.Id, new Clerk(source, life.Events));
        }
    }

    public void LiveUntil(DateTimeOffset now)
    {
        while (_toCome.TryPeek(out var next) && next.Event.At <= now)
        {
            var (machine, happened) = _toCome.Dequeue();
            _time.Now = happened.At;
            Happen(machine, happened);
        }
        _time.Now = now;
        // As a service does each minute; else the vault would come to doubt its clock.
        _vault.Catalog.Vault.Observe(_vault.Options.Observe(), ClockDoubt.None);
    }

    public void ShouldBeAsTheClerksSay(string seed)
    {
        foreach (var (source, clerk) in _clerks)
        {
            var kept = _vault.Catalog.Points.EndingOf(source)
                .ToDictionary(point => point.Point.Id, point => point.Ends);
            var said = clerk.LeftOn(_time.Now).ToHashSet();
            if (said.SetEquals(kept.Keys)) continue;
            var tooMany = kept.Keys.Except(said).Select(id => $"kept {clerk.Tell(id)}, the vault says {kept[id]:u}");
            var tooFew = said.Except(kept.Keys).Select(id => $"gone {clerk.Tell(id)}");
            string.Join('\n', tooMany.Concat(tooFew)).ShouldBe("", $"{seed}, {clerk.Source.Label}, {_time.Now:u}");
        }
    }

    private void Happen(MachineId machine, LifeEvent happened)
    {
        switch (happened)
        {
            case PolicyEdited edited:
                new PolicyShelf(_vault).Store(
                    machine, new StoredPolicy(edited.Policy.Version, PolicyCodec.Encode(edited.Policy)));
                break;
            case PointMade made:
                if (made.Point.Sequence == 1)
                    _vault.Catalog.Machines.PutSource(
                        new SourceRow(made.Source.Id, machine, "volume", made.Source.Label, 0), _keyspace);
                _vault.Catalog.Points.Insert(RecordOf(made), counter: 0, storedBytes: 1);
                break;
            case Stopped stopped:
                var state = stopped.IsStopped ? ProtectionState.StoppedWithDataRetained : ProtectionState.Protected;
                _vault.Documents.Put(
                    DocumentKinds.Protection, $"{stopped.Source.Id}",
                    new(stopped.Source.Id, state, happened.At, "simulated", ""));
                break;
            default:
                throw new InvalidOperationException($"{happened} does not happen");
        }
    }

    private PointRecord RecordOf(PointMade made) => new(
        made.Point.Id, _keyspace, made.Source.Machine, made.Source.Id, "volume", made.Source.Label,
        made.Point.Sequence, made.At, made.At, new PointStatistics())
    {
        RetainUntil = made.Point.RetainUntil,
    };
}
