using Marketplace.Contracts.Discovery;
using Marketplace.ControlPlane.Snapshots;

namespace Marketplace.ControlPlane.Discovery;

/// <summary>One instance of a line, registered by one application.</summary>
internal readonly record struct InstanceKey(SnapshotKey List, string ClientId, string Instance);

/// <summary>What it said last.</summary>
/// <param name="Registration">Null when it left.</param>
/// <param name="RenewedAt">When, by the monotonic clock.</param>
internal sealed record Lease(InstanceRegistration? Registration, long RenewedAt);

/// <summary>
/// What instances say of themselves, kept here until <see cref="LeaseWriter"/> has written it. A renewal that changes
/// nothing costs memory only, and a row of the next statement.
/// </summary>
internal sealed class Leases(TimeProvider clock) : IDisposable
{
    /// <summary>At one replica.</summary>
    public const int MostPerLine = 1_000;

    /// <summary>At one replica: one application must not fill the memory of all.</summary>
    public const int MostPerClient = 1_000;

    /// <summary>Comings, goings and changes, each of which is sent to every caller: so many at once, and then so many a second.</summary>
    public const int MostChanges = 1_000;

    private const int ChangesPerSecond = 10;

    private readonly Lock gate = new();
    private readonly Dictionary<InstanceKey, Lease> held = [];
    private readonly Dictionary<SnapshotKey, int> ofLine = [];
    private readonly Dictionary<string, int> ofClient = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (double Left, long At)> budgets = new(StringComparer.Ordinal);
    private Dictionary<InstanceKey, Lease> news = [];

    /// <summary>Released when there is more than renewals to write.</summary>
    public SemaphoreSlim Changed { get; } = new(0, 1);

    /// <summary>Null when it was taken; else the code and the sentence of what was too much.</summary>
    public (string Code, string Detail)? Put(InstanceKey key, InstanceRegistration registration)
    {
        lock (gate)
        {
            var before = held.GetValueOrDefault(key);
            if (before is null && ofLine.GetValueOrDefault(key.List) >= MostPerLine)
                return ("line_full", $"This version has {MostPerLine} instances here already. Let some leave, or register through fewer names.");
            if (before is null && ofClient.GetValueOrDefault(key.ClientId) >= MostPerClient)
                return ("client_full", $"This application has registered {MostPerClient} instances already. Let some leave first.");
            if (registration != before?.Registration && !Afford(key.ClientId))
                return ("too_many_changes", $"This application changes its instances too often: more than {ChangesPerSecond} a second. Wait, and keep renewing.");
            if (before is null)
                Count(key, 1);
            news[key] = held[key] = new Lease(registration, clock.GetTimestamp());
            if (registration != before?.Registration)
                Tell();
            return null;
        }
    }

    /// <summary>Also one that this replica has not heard of; false when it changes too often.</summary>
    public bool Leave(InstanceKey key)
    {
        lock (gate)
        {
            if (!Afford(key.ClientId))
                return false;
            if (held.Remove(key))
                Count(key, -1);
            news[key] = new Lease(null, clock.GetTimestamp());
            Tell();
            return true;
        }
    }

    /// <summary>What the database does not know yet, with the time since it was said.</summary>
    public List<(InstanceKey Key, Lease Lease, TimeSpan Age)> TakeNews()
    {
        lock (gate)
        {
            var taken = news;
            news = [];
            return [.. taken.Select(entry => (entry.Key, entry.Value, clock.GetElapsedTime(entry.Value.RenewedAt)))];
        }
    }

    /// <summary>It could not be written: what has not been overtaken is news again.</summary>
    public void GiveBack(IEnumerable<(InstanceKey Key, Lease Lease, TimeSpan Age)> taken)
    {
        lock (gate)
        {
            foreach (var (key, lease, _) in taken)
                news.TryAdd(key, lease);
        }
    }

    /// <summary>Those that renew no longer, or elsewhere.</summary>
    public void Forget()
    {
        lock (gate)
        {
            foreach (var (key, lease) in held)
            {
                if (clock.GetElapsedTime(lease.RenewedAt).TotalSeconds <= lease.Registration!.Lease || news.ContainsKey(key))
                    continue;
                held.Remove(key);
                Count(key, -1);
            }

            foreach (var (client, budget) in budgets)
            {
                if (clock.GetElapsedTime(budget.At).TotalSeconds * ChangesPerSecond >= MostChanges)
                    budgets.Remove(client);
            }
        }
    }

    public void Dispose() => Changed.Dispose();

    private bool Afford(string client)
    {
        var now = clock.GetTimestamp();
        var (left, at) = budgets.GetValueOrDefault(client, (MostChanges, now));
        left = Math.Min(MostChanges, left + (clock.GetElapsedTime(at, now).TotalSeconds * ChangesPerSecond));
        budgets[client] = (Math.Max(0, left - 1), now);
        return left >= 1;
    }

    private void Count(InstanceKey key, int by)
    {
        if ((ofLine[key.List] = ofLine.GetValueOrDefault(key.List) + by) == 0)
            ofLine.Remove(key.List);
        if ((ofClient[key.ClientId] = ofClient.GetValueOrDefault(key.ClientId) + by) == 0)
            ofClient.Remove(key.ClientId);
    }

    private void Tell()
    {
        if (Changed.CurrentCount == 0)
            Changed.Release();
    }
}
