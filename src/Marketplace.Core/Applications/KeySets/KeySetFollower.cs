using System.Collections.Concurrent;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
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

    // Of one team, and at one host: whoever registers many slow URLs waits for them, and nobody else does.
    private const int AtOncePerParty = 4;

    /// <summary>How many sets were fetched, or tried; after some there may be more, as each party has its turn.</summary>
    public async Task<int> StepAsync(CancellationToken cancellation)
    {
        var due = await LeaseAsync(cancellation);
        var failures = new ConcurrentQueue<Exception>();
        await Parallel.ForEachAsync(
            due.Where(set => set.IsLive).OrderBy(set => set.Place),
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
              select s.credential_id,
                row_number() over (partition by a.team_id order by s.next_at, s.credential_id) as of_team,
                row_number() over (partition by lower(substring(s.url from '^https://([^/?]+)')) order by s.next_at, s.credential_id) as of_host
              from client_key_set s join application_credential c on c.id = s.credential_id join application a on a.id = c.application_id
              where s.next_at <= {now} or (s.asked_at is not null and s.checked_at <= {now - times.Asked})),
            turn as (
              select s.credential_id, greatest(due.of_team, due.of_host)::int as place
              from due join client_key_set s on s.credential_id = due.credential_id
              where due.of_team <= {AtOncePerParty} and due.of_host <= {AtOncePerParty}
                and (s.next_at <= {now} or (s.asked_at is not null and s.checked_at <= {now - times.Asked}))
              order by place, s.next_at limit {Batch} for update of s skip locked)
            update client_key_set s
            set checked_at = {now}, asked_at = null,
              next_at = case when c.revoked_at is null and (c.expires_at is null or c.expires_at > {now}) then {now + times.Lease} else 'infinity' end
            from turn join application_credential c on c.id = turn.credential_id
            where s.credential_id = turn.credential_id
            returning s.credential_id as "CredentialId", s.url as "Url", s.next_at <> 'infinity' as "IsLive", turn.place as "Place"
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
        var isNews = set.ToldAt is null && now - set.FailingSince >= times.Told;
        if (isNews || set.FailingSince is null)
            set.ToldAt = isNews ? now : null;
        await db.SaveChangesAsync(cancellation);
        if (isNews)
            await TellTeamAsync(db, set, now, cancellation);
        if (set.Keys != before)
            await TellAsync(db, credentialId, before, set, now, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private static void Judge(ClientKeySet set, Problem? problem, DateTimeOffset now)
    {
        set.Failure = problem?.Message;
        set.FailingSince = problem is null ? null : set.FailingSince ?? now;
    }

    private static async Task TellTeamAsync(MarketplaceDb db, ClientKeySet set, DateTimeOffset now, CancellationToken cancellation)
    {
        var application = await db.Credentials.Where(c => c.Id == set.CredentialId)
            .Select(c => new { c.Application!.Name, c.Application.ClientId, c.Application.TeamId, c.Label }).SingleAsync(cancellation);
        await Inbox.TellAsync(
            db, now, Actor.System,
            new Message(
                NotificationKind.KeySetFailing, $"The key set \u201c{application.Label}\u201d of {application.Name} is not delivered as it should be",
                $"{set.Url}\n{set.Failure}\nSince {set.FailingSince:u}. The keys fetched last go on working; a new key is not known until this is mended.",
                $"/applications/{application.ClientId}"),
            new Recipients { Teams = [application.TeamId] }, cancellation);
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
                new { application.Label, set.Url, before = old, after = current }),
            cancellation);
        await PolicyLog.AppendAsync(db, now, [new(PolicyChangeKind.Application, ApplicationId: application.ApplicationId)], cancellation);
    }

    /// <summary>What each key of a stored set is called: its "kid", or the thumbprint that stands for it.</summary>
    internal static IReadOnlyList<string> KeyIds(string keys) =>
        JwkSet.TryParse(keys, out var set) ? [.. set.Keys.Select(key => key.KeyId ?? key.Thumbprint())] : [];

    private sealed record Due(Guid CredentialId, string Url, bool IsLive, int Place);
}
