using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Recertification;

/// <param name="Due">When every answer should be there.</param>
public sealed record NewCampaign(string Name, CampaignScope Scope, DateTimeOffset Due, Reviewers Reviewers = Reviewers.Owner);

/// <param name="Grants">How many grants it asks about.</param>
/// <param name="Applications">Of how many applications.</param>
/// <param name="Teams">How many teams own the APIs.</param>
public sealed record CampaignReach(int Grants, int Applications, int Teams);

/// <summary>
/// Owners open one over their own APIs; auditors, security officers and administrators over anything. What is asked is
/// how it stands now: who joins later, or is granted something later, changes nothing. Nobody waits until a big one is put
/// together: <see cref="GatherCampaign"/> does that.
/// </summary>
public sealed class OpenCampaign(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public const int MaximumDays = 180;

    /// <summary>Each asks people to look at every grant in its scope: whoever opens them closes some first.</summary>
    public const int MaximumOpen = 100;

    /// <summary>So many grants are put together at once.</summary>
    public const int MostAtOnce = 2000;
    private const int MaximumName = 120;

    /// <summary>Owners of any team, and the platform roles.</summary>
    public async Task<bool> MayAsync(Actor actor, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await MayAsync(db, actor, cancellation);
    }

    /// <summary>For who may open one over the own APIs alone, these, at most 200.</summary>
    public async Task<IReadOnlyList<string>> OwnApisAsync(Actor actor, CancellationToken cancellation)
    {
        if (actor.ReadsEverything)
            return [];
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Apis.WithOwner(actor).OrderBy(a => a.Name).Take(200).Select(a => a.Name).ToListAsync(cancellation);
    }

    /// <summary>How much it would ask, before anybody is asked.</summary>
    public async Task<Outcome<CampaignReach>> ReachAsync(Actor actor, CampaignScope scope, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (!await MayAsync(db, actor, cancellation))
            return Forbidden;
        var (ids, problems) = await scope.ResolveAsync(db, actor, cancellation);
        if (problems.Count > 0)
            return problems;
        return await ReachAsync(db, actor, scope, ids, cancellation);
    }

    /// <returns>The campaign's number.</returns>
    public async Task<Outcome<long>> ExecuteAsync(Actor actor, NewCampaign input, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (!await MayAsync(db, actor, cancellation))
            return Forbidden;
        await db.Database.ExecuteSqlAsync($"select 1 from person where id = {actor.Id} for no key update", cancellation);
        if (await db.Campaigns.CountAsync(c => c.OpenedBy == actor.Id && c.ClosedAt == null, cancellation) >= MaximumOpen)
            return new Problem(Problem.TooMany, $"{MaximumOpen} campaigns that you opened are open; close one that is done first.", "name");
        var now = clock.GetUtcNow();
        var (ids, problems) = await input.Scope.ResolveAsync(db, actor, cancellation);
        if (input.Name.Trim().Length is 0 or > MaximumName)
            problems.Add(new("name_length", $"Name it in at most {MaximumName} characters, such as “Payments, last quarter”.", "name"));
        if (input.Due < now.AddDays(1))
            problems.Add(new("due_too_soon", "Give people a day at least.", "due"));
        else if (input.Due > now.AddDays(MaximumDays))
            problems.Add(new("due_too_far", $"Choose a day within {MaximumDays} days: what is asked is how it stands today.", "due"));
        if (problems.Count > 0)
            return problems;
        var reach = await ReachAsync(db, actor, input.Scope, ids, cancellation);
        if (reach.Grants == 0)
            return new Problem("scope_empty", "No grant that stands is in this scope: there is nothing to ask.", "scope");

        var campaign = new Campaign
        {
            Name = input.Name.Trim(),
            ApiId = ids.Api,
            ApiVersionId = ids.Version,
            ApiTeamId = ids.ApiTeam,
            ApplicationId = ids.Application,
            ApplicationTeamId = ids.ApplicationTeam,
            Classification = input.Scope.Classification,
            Environment = input.Scope.Environment,
            Reviewers = input.Reviewers,
            DueAt = input.Due.ToUniversalTime(),
            OpenedBy = actor.Id,
            OpenedAt = now,
            OfOwner = actor.ReadsEverything ? null : actor.Id,
            Items = reach.Grants,
        };
        db.Add(campaign);
        await db.SaveChangesAsync(cancellation);
        if (reach.Grants <= MostAtOnce)
            await GatherCampaign.WholeAsync(db, actor, campaign, input.Scope, now, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                "recertification.opened", "recertification", campaign.Number.ToString(), campaign.Name, null,
                new { scope = input.Scope.Sentence, due = campaign.DueAt, reviewers = StoredEnum.ToWord(campaign.Reviewers), grants = campaign.Items }),
            cancellation);
        await transaction.CommitAsync(cancellation);
        return campaign.Number;
    }

    public static Problem Forbidden { get; } = new(Problem.Forbidden, "Campaigns are opened by owners over their own APIs, by auditors, security officers and administrators.");

    private static async Task<bool> MayAsync(MarketplaceDb db, Actor actor, CancellationToken cancellation) =>
        actor.ReadsEverything || await db.Teams.WithOwner(actor).AnyAsync(cancellation);

    private async Task<CampaignReach> ReachAsync(MarketplaceDb db, Actor actor, CampaignScope scope, CampaignScope.Ids ids, CancellationToken cancellation) =>
        (await db.Database.SqlQueryRaw<CampaignReach>(
            ScopeSql.Reach, [.. ScopeSql.Parameters(ids, scope.Classification, scope.Environment, actor.ReadsEverything ? null : actor.Id, clock.GetUtcNow())]).ToListAsync(cancellation))[0];
}
