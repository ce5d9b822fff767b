using System.Collections.Concurrent;
using Marketplace.ControlPlane.Snapshots;
using Microsoft.Extensions.Logging;

namespace Marketplace.ControlPlane.DataPlanes;

/// <summary>
/// Data planes that hold a newer policy than the database knows, as after it was restored from a backup: they refuse
/// what we have, until an operator makes it newer.
/// </summary>
internal sealed partial class NewerElsewhere(TimeProvider clock, ILogger<NewerElsewhere> logger)
{
    // Another replica may be ahead of this one for a moment.
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromMinutes(5);

    // What is further ahead than any backup lags behind was made up.
    private const long Furthest = 1_000_000;
    private readonly ConcurrentDictionary<SnapshotKey, Held> held = new();

    /// <param name="key">Which policy.</param>
    /// <param name="client">Who holds it.</param>
    /// <param name="revision">At which revision.</param>
    /// <param name="newest">The newest that there is.</param>
    public void Note(SnapshotKey key, string client, long revision, long newest)
    {
        if (held.TryGetValue(key, out var known) && known.Revision <= newest)
            held.TryRemove(KeyValuePair.Create(key, known));
        if (revision <= newest || revision > newest + Furthest)
            return;
        var now = clock.GetUtcNow();
        var noted = held.AddOrUpdate(key, _ => new Held(revision, client, now, now, IsTold: false), (_, before) => before with { Revision = Math.Max(before.Revision, revision), SeenAt = now });
        if (!noted.IsTold && now - noted.Since >= Moment && held.TryUpdate(key, noted with { IsTold = true }, noted))
            Log.Newer(logger, noted.Client, noted.Revision, newest);
    }

    /// <summary>How many lines' policies are held in a newer revision, and the highest; null when none is.</summary>
    public (int Lines, long Revision, string Client)? Now()
    {
        var now = clock.GetUtcNow();
        var newer = held.Values.Where(one => now - one.Since >= Moment && now - one.SeenAt < ForgottenAfter).ToList();
        return newer.MaxBy(one => one.Revision) is { } most ? (newer.Count, most.Revision, most.Client) : null;
    }

    private sealed record Held(long Revision, string Client, DateTimeOffset Since, DateTimeOffset SeenAt, bool IsTold);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "A data plane of {Client} holds policy revision {Held}, and the newest here is {Newest}: the database may have been restored from a backup. Data planes refuse older policies; see \"Restored from a backup\" in docs/guides/running.md.")]
        public static partial void Newer(ILogger logger, string client, long held, long newest);
    }
}
