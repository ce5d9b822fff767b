using System.Collections.Concurrent;
using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.People.Sessions;

/// <summary>A session that holds, and its person as of at most <see cref="LiveSessions.Freshness"/> ago.</summary>
public sealed record LiveSession(Guid Id, Guid PersonId, string Name, PlatformRole? Role, DateTimeOffset ExpiresAt);

/// <summary>
/// Answers every request's question whether its session holds, from memory: a session is read anew after
/// <see cref="Freshness"/>, so that whoever is disabled, sent away or given another role meets it in all replicas within that time.
/// </summary>
public sealed class LiveSessions(IDbContextFactory<MarketplaceDb> databases, SecretHasher hasher, SignInRules rules, TimeProvider clock)
{
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);

    private static readonly Func<MarketplaceDb, byte[], DateTimeOffset, CancellationToken, Task<Row?>> Read = EF.CompileAsyncQuery(
        (MarketplaceDb db, byte[] hash, DateTimeOffset now, CancellationToken _) => db.PersonSessions.AsNoTracking()
            .Where(s => s.SecretHash == hash && s.EndedAt == null && s.ExpiresAt > now && s.Person!.DisabledAt == null)
            .Select(s => new Row(s.Id, s.PersonId, s.Person!.DisplayName, s.Person.PlatformRole, s.ExpiresAt, s.LastSeenAt)).SingleOrDefault());

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <param name="secret">What the cookie holds.</param>
    /// <param name="used">Whether a person asks, and not a page that asks for itself again.</param>
    /// <param name="cancellation">When nobody waits for the answer any more.</param>
    public async ValueTask<LiveSession?> FindAsync(string secret, bool used, CancellationToken cancellation)
    {
        var hash = hasher.Hash(secret);
        var key = Convert.ToHexString(hash);
        var now = clock.GetUtcNow();
        if (!_entries.TryGetValue(key, out var entry) || now - entry.ReadAt >= Freshness)
        {
            await using var db = await databases.CreateDbContextAsync(cancellation);
            if (await Read(db, hash, now, cancellation) is not { } row)
            {
                _entries.TryRemove(key, out _);
                return null;
            }

            var seen = entry is null || entry.SeenAt < row.LastSeenAt ? row.LastSeenAt : entry.SeenAt;
            if (now - seen >= rules.Idle)
            {
                _entries.TryRemove(key, out _);
                await SessionEnds.IdleAsync(db, row.Id, now, cancellation);
                return null;
            }

            var read = new Entry(new(row.Id, row.PersonId, row.Name, row.Role, row.ExpiresAt), now) { SeenAt = seen, IsUnwritten = entry is { IsUnwritten: true } };
            _entries[key] = entry = read;
        }

        if (entry.Session.ExpiresAt <= now || now - entry.SeenAt >= rules.Idle)
            return null;
        if (used)
            (entry.SeenAt, entry.IsUnwritten) = (now, true);
        return entry.Session;
    }

    /// <summary>What changed here is met here at once; the other replicas read it anew by themselves.</summary>
    public void Forget(Func<LiveSession, bool> which)
    {
        foreach (var (key, entry) in _entries)
        {
            if (which(entry.Session))
                _entries.TryRemove(key, out _);
        }
    }

    /// <summary>Writes when each session was last used, all in one statement, and forgets those that nobody uses.</summary>
    public async Task WriteSeenAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var seen = _entries.Values.Where(entry => entry.IsUnwritten).Select(entry => (Entry: entry, entry.Session.Id, entry.SeenAt)).ToList();
        if (seen.Count > 0)
        {
            await using var db = await databases.CreateDbContextAsync(cancellation);
            await db.Database.ExecuteSqlAsync(
                $"""
                update person_session s set last_seen_at = seen.at
                from unnest({seen.Select(s => s.Id).ToArray()}, {seen.Select(s => s.SeenAt).ToArray()}) as seen (id, at)
                where s.id = seen.id and s.ended_at is null and s.last_seen_at < seen.at
                """,
                cancellation);
            // What was used again meanwhile is written the next time.
            foreach (var (entry, _, at) in seen)
                entry.IsUnwritten = entry.SeenAt != at;
        }

        foreach (var (key, entry) in _entries)
        {
            if (now - entry.ReadAt > TimeSpan.FromMinutes(10) && !entry.IsUnwritten)
                _entries.TryRemove(key, out _);
        }
    }

    private sealed record Row(Guid Id, Guid PersonId, string Name, PlatformRole? Role, DateTimeOffset ExpiresAt, DateTimeOffset LastSeenAt);

    private sealed class Entry(LiveSession session, DateTimeOffset readAt)
    {
        public LiveSession Session { get; } = session;

        public DateTimeOffset ReadAt { get; } = readAt;

        public DateTimeOffset SeenAt { get; set; }

        public bool IsUnwritten { get; set; }
    }
}
