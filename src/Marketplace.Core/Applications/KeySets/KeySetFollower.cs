using System.Collections.Concurrent;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Core.Policy;
using Marketplace.Jose;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Applications.KeySets;

/// <summary>
/// Fetches the key sets that are due and writes down what has changed; the token plane hears of it as of any policy
/// revision. Any number of replicas share the work: each set that is due is leased to one of them. What a URL does not
/// deliver changes nothing: the last set goes on.
/// </summary>
public sealed class KeySetFollower(IDbContextFactory<MarketplaceDb> databases, KeySetFetcher fetcher, KeySetTimes times, TimeProvider clock)
{
    /// <summary>Most sets in one step.</summary>
    public const int Batch = 50;

    // They wait for other people's servers, of which some take their five seconds.
    private const int AtOnce = 16;

    /// <summary>How many sets were fetched, or tried.</summary>
    public async Task<int> StepAsync(CancellationToken cancellation)
    {
        var due = await LeaseAsync(cancellation);
        var failures = new ConcurrentQueue<Exception>();
        await Parallel.ForEachAsync(
            due.Where(set => set.IsLive),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (set, token) =>
            {
                try
                {
                    await StoreAsync(set.CredentialId, await fetcher.FetchAsync(set.Url, token), token);
                }
                catch (Exception e) when (!token.IsCancellationRequested)
                {
                    // Whatever is wrong with one set, the others are followed; its lease brings it back.
                    failures.Enqueue(e);
                }
            });
        return failures.IsEmpty ? due.Count : throw new AggregateException(failures);
    }

    /// <summary>A set whose credential works no more is not looked at again.</summary>
    private async Task<List<Due>> LeaseAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Database.SqlQuery<Due>(
            $"""
            with due as (
              select credential_id from client_key_set
              where next_at <= {now} or (asked_at is not null and checked_at <= {now - times.Asked})
              order by next_at limit {Batch} for update skip locked)
            update client_key_set s
            set checked_at = {now}, asked_at = null,
              next_at = case when c.revoked_at is null and (c.expires_at is null or c.expires_at > {now}) then {now + times.Lease} else 'infinity' end
            from due join application_credential c on c.id = due.credential_id
            where s.credential_id = due.credential_id
            returning s.credential_id as "CredentialId", s.url as "Url", s.next_at <> 'infinity' as "IsLive"
            """).ToListAsync(cancellation);
    }

    private async Task StoreAsync(Guid credentialId, Outcome<FetchedKeySet> fetched, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"select 1 from client_key_set where credential_id = {credentialId} for update", cancellation);
        var set = await db.KeySets.SingleAsync(s => s.CredentialId == credentialId, cancellation);
        var now = clock.GetUtcNow();
        var before = set.Keys;
        if (fetched.Succeeded)
        {
            (set.Keys, set.FetchedAt, set.NextAt) = (fetched.Value.Reading.Keys.ToJson(), now, now + times.Until(fetched.Value.MaxAge));
            Judge(set, fetched.Value.Reading.Flaw, now);
        }
        else
        {
            Judge(set, fetched.Problems[0], now);
            set.NextAt = now + times.AfterFailure(now - set.FailingSince!.Value);
        }
        await db.SaveChangesAsync(cancellation);
        if (set.Keys != before)
            await TellAsync(db, credentialId, before, set, now, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private static void Judge(ClientKeySet set, Problem? problem, DateTimeOffset now)
    {
        set.Failure = problem?.Message;
        set.FailingSince = problem is null ? null : set.FailingSince ?? now;
    }

    private static async Task TellAsync(
        MarketplaceDb db, Guid credentialId, string before, ClientKeySet set, DateTimeOffset now, CancellationToken cancellation)
    {
        var application = await db.Credentials.Where(c => c.Id == credentialId)
            .Select(c => new { c.ApplicationId, c.Application!.ClientId, c.Label }).SingleAsync(cancellation);
        var (old, current) = (KeyIds(before), KeyIds(set.Keys));
        await AuditLog.AppendAsync(
            db, now, Actor.System,
            new AuditEntry(
                "credential.keys_changed", "application", application.ApplicationId.ToString(), application.ClientId, null,
                new { application.Label, set.Url, added = current.Except(old), removed = old.Except(current) }),
            cancellation);
        await PolicyLog.AppendAsync(db, now, [new(PolicyChangeKind.Application, ApplicationId: application.ApplicationId)], cancellation);
    }

    /// <summary>What each key of a stored set is called: its "kid", or the thumbprint that stands for it.</summary>
    internal static IReadOnlyList<string> KeyIds(string keys) =>
        JwkSet.TryParse(keys, out var set) ? [.. set.Keys.Select(key => key.KeyId ?? key.Thumbprint())] : [];

    private sealed record Due(Guid CredentialId, string Url, bool IsLive);
}
