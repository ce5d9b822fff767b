using System.Collections.Concurrent;

namespace Marketplace.ControlPlane.DataPlanes;

/// <summary>
/// Which revision each data plane enforces: whoever asks for what follows a snapshot has put that snapshot in force, so
/// that the pull itself is the report. Kept in memory here and written in batches by <see cref="SightingWriter"/>.
/// </summary>
internal sealed class Sightings(TimeProvider clock)
{
    /// <summary>More instances than these are not followed: one client must not fill the memory of all.</summary>
    public const int MostPerClient = 1_000;

    /// <summary>A data plane that has nothing new to say is written so often; who has been silent for longer is shown as silent.</summary>
    private static readonly TimeSpan WrittenEvery = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<DataPlaneKey, DataPlaneSighting> seen = new();
    private readonly ConcurrentDictionary<DataPlaneKey, DataPlaneSighting> written = new();
    private readonly ConcurrentDictionary<string, int> instances = new(StringComparer.Ordinal);

    /// <param name="key">Who pulls.</param>
    /// <param name="revision">What it holds.</param>
    /// <param name="newest">The newest revision that there is: more than this nobody can hold, and nothing is noted.</param>
    public void Note(DataPlaneKey key, long revision, long newest)
    {
        if (revision < 0 || revision > newest)
            return;
        var now = clock.GetUtcNow();
        var sighting = new DataPlaneSighting(revision, now, now);
        if (!seen.ContainsKey(key))
        {
            if (!HasRoom(key.ClientId) || seen.TryAdd(key, sighting))
                return;
            // Another pull of the same one came first, and took the room for it.
            GiveBack(key.ClientId);
        }
        seen.AddOrUpdate(key, sighting, (_, before) => before.Revision == revision ? before with { SeenAt = now } : sighting);
    }

    /// <summary>What the database does not know yet.</summary>
    public List<KeyValuePair<DataPlaneKey, DataPlaneSighting>> News() => [.. seen.Where(entry =>
        !written.TryGetValue(entry.Key, out var known) || known.Revision != entry.Value.Revision || entry.Value.SeenAt - known.SeenAt >= WrittenEvery)];

    public void Written(IEnumerable<KeyValuePair<DataPlaneKey, DataPlaneSighting>> news)
    {
        foreach (var (key, sighting) in news)
            written[key] = sighting;
    }

    /// <summary>Drops those that have gone.</summary>
    public void Forget()
    {
        var before = clock.GetUtcNow() - ForgottenAfter;
        foreach (var (key, sighting) in seen)
        {
            if (sighting.SeenAt >= before || !seen.TryRemove(KeyValuePair.Create(key, sighting)))
                continue;
            written.TryRemove(key, out _);
            GiveBack(key.ClientId);
        }
    }

    private bool HasRoom(string clientId)
    {
        if (instances.AddOrUpdate(clientId, 1, (_, count) => count + 1) <= MostPerClient)
            return true;
        GiveBack(clientId);
        return false;
    }

    private void GiveBack(string clientId) => instances.AddOrUpdate(clientId, 0, (_, count) => count - 1);
}
