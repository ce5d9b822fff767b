using Marketplace.Core.Access.Grants;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Recertification;

public enum ReviewAction
{
    /// <summary>Leave them as they are.</summary>
    Keep,

    /// <summary>Keep what was used in the last 90 days, revoke what is known not to be. What nobody knows stays open.</summary>
    KeepUsed,

    /// <summary>Let them end earlier.</summary>
    Shorten,

    /// <summary>End them now.</summary>
    Revoke,

    /// <summary>Take back "keep": they are open again.</summary>
    Reopen,
}

/// <param name="Grants">Which items, by their grants.</param>
/// <param name="Until">For <see cref="ReviewAction.Shorten"/>.</param>
/// <param name="Reason">Needed where something is taken away.</param>
public sealed record ItemAnswers(IReadOnlyCollection<Guid> Grants, ReviewAction Action, DateTimeOffset? Until = null, string? Reason = null);

/// <param name="Notes">What was left out, and why.</param>
public sealed record AnsweredItems(int Kept, int Shortened, int Revoked, int Reopened, long? Revision, IReadOnlyList<Problem> Notes)
{
    public int Total => Kept + Shortened + Revoked + Reopened;
}

/// <summary>
/// A reviewer answers many items at once. What somebody else answered meanwhile, what ended meanwhile and what the reviewer
/// asked for is left out and said; the rest is one transaction.
/// </summary>
public sealed class AnswerItems(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public const int MostAtOnce = 1000;

    public async Task<Outcome<AnsweredItems>> ExecuteAsync(Actor actor, long number, ItemAnswers answers, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // Held against closing, not against other reviewers.
        await db.Database.ExecuteSqlAsync($"select 1 from campaign where number = {number} for share", cancellation);
        var campaign = await db.Campaigns.AsNoTracking().SeenBy(db, actor).SingleOrDefaultAsync(c => c.Number == number, cancellation);
        if (campaign is null)
            return new Problem(Problem.NotFound, $"There is no campaign {number} that you may answer.");
        if (campaign.ClosedAt is not null)
            return new Problem("already_closed", $"This campaign was closed on {campaign.ClosedAt:yyyy-MM-dd}. To end access now, revoke the grant itself.");
        var now = clock.GetUtcNow();
        var problems = Check(answers, now);
        if (problems.Count > 0)
            return problems;

        var items = await HeldAsync(db, actor, campaign, answers, now, cancellation);
        if (items.Count == 0)
            return new Problem(Problem.NotFound, "None of these is yours to answer: the owners of their APIs do, or a security officer.");
        var plan = AnswerPlan.Of(actor, answers, items, now);
        if (plan.Total == 0 && plan.Ended.Length == 0)
            return plan.Notes;

        var reason = string.IsNullOrWhiteSpace(answers.Reason) ? null : answers.Reason.Trim();
        var because = $"{campaign.Name}: {reason}";
        // Of those that could be read before, one may have ended just now: it is settled by the next look.
        var taken = plan.Revoke.Length + plan.Shorten.Length == 0 ? [] : await HeldGrants.TakeAsync(db, actor, [.. plan.Revoke, .. plan.Shorten], now, cancellation);
        var shortens = answers.Action is ReviewAction.Shorten;
        await WriteAsync(db, actor, campaign.Id, plan, [.. taken.Select(g => g.Id)], shortens, reason, now, cancellation);
        var done = new AnsweredItems(plan.Keep.Length, shortens ? taken.Count : 0, shortens ? 0 : taken.Count, plan.Reopen.Length, null, plan.Notes);
        if (done.Total > 0)
            await AuditLog.AppendAsync(
                db, now, actor,
                new AuditEntry(
                    "recertification.answered", "recertification", number.ToString(), campaign.Name, reason,
                    new
                    {
                        answer = StoredEnum.ToWord(answers.Action),
                        before = plan.Reopen.Length > 0 ? "kept" : "open",
                        after = plan.Reopen.Length > 0 ? "open" : StoredEnum.ToWord(answers.Action),
                        kept = plan.Keep,
                        reopened = plan.Reopen,
                        revoked = shortens ? [] : taken.Select(g => g.Id),
                        shortened = shortens ? taken.Select(g => g.Id) : [],
                        until = shortens ? plan.Until : (DateTimeOffset?)null,
                    }),
                cancellation);
        long? revision = taken.Count == 0 ? null : await EndGrants.EndAsync(db, actor, taken, shortens ? plan.Until : null, because, now, [], cancellation);
        await transaction.CommitAsync(cancellation);
        return done.Total == 0 ? plan.Notes : done with { Revision = revision };
    }

    private static List<Problem> Check(ItemAnswers answers, DateTimeOffset now)
    {
        List<Problem> problems = [];
        if (answers.Grants.Count == 0)
            problems.Add(new("items_missing", "Select what you answer.", "items"));
        if (answers.Grants.Count > MostAtOnce)
            problems.Add(new("items_too_many", $"At most {MostAtOnce} at once.", "items"));
        if (answers.Action is ReviewAction.Revoke or ReviewAction.Shorten or ReviewAction.KeepUsed && string.IsNullOrWhiteSpace(answers.Reason))
            problems.Add(new("reason_missing", "Say why: the teams that lose access will read it.", "reason"));
        if (answers.Reason?.Length > 2000)
            problems.Add(new("reason_length", "The reason may have at most 2000 characters.", "reason"));
        if (answers.Action is ReviewAction.Shorten && (answers.Until is not { } until || until <= now))
            problems.Add(new("until_missing", "Choose the day on which they end, in the future.", "until"));
        return problems;
    }

    /// <summary>In one order, so that two reviewers do not wait in a circle.</summary>
    private static Task<List<HeldItem>> HeldAsync(
        MarketplaceDb db, Actor actor, Campaign campaign, ItemAnswers answers, DateTimeOffset now, CancellationToken cancellation) =>
        db.Database.SqlQuery<HeldItem>(
            $"""
            select i.grant_id as "Id", i.use as "Use", i.answer as "Answer", i.answered_by as "AnsweredBy", i.requested_by as "RequestedBy",
              (select display_name from person where id = i.answered_by) as "AnsweredByName",
              g.ended_at is not null or g.valid_until <= {now} as "HasEnded", g.valid_until as "Until", u.last_used_at as "LastUsedAt"
            from campaign_item i join access_grant g on g.id = i.grant_id
              left join grant_use u on (u.operation_id, u.environment, u.application_id) = (i.operation_id, i.environment, i.application_id)
            where i.campaign_id = {campaign.Id} and i.grant_id = any({answers.Grants.ToArray()})
              and ({actor.Role is PlatformRole.SecurityOfficer} or ({campaign.Reviewers is Reviewers.Owner} and exists (
                select from api_version v join api a on a.id = v.api_id join membership m on m.team_id = a.team_id
                where v.id = i.api_version_id and m.person_id = {actor.Id} and m.role = 'owner')))
            order by i.position for update of i
            """).ToListAsync(cancellation);

    private static Task<int> WriteAsync(
        MarketplaceDb db, Actor actor, Guid campaign, AnswerPlan plan, Guid[] taken, bool shortens, string? reason, DateTimeOffset now, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync(
            $"""
            update campaign_item set answer = null, by_use = false, reason = null, answered_by = null, answered_at = null
            where campaign_id = {campaign} and grant_id = any({plan.Reopen});
            update campaign_item i set by_use = {plan.ByUse}, answered_by = {actor.Id}, answered_at = {now},
              reason = case when grant_id = any({taken}) or not {plan.ByUse} then {reason} end,
              answer = case when grant_id = any({taken}) then {(shortens ? "shortened" : "revoked")} else 'kept' end,
              until = case when {shortens} and grant_id = any({taken}) then {plan.Until}::timestamptz end
            where campaign_id = {campaign} and grant_id = any({(Guid[])[.. plan.Keep, .. taken]});
            update campaign_item i set answer = 'ended', answered_by = g.ended_by, answered_at = coalesce(g.ended_at, g.valid_until), reason = g.end_reason
            from access_grant g where i.campaign_id = {campaign} and i.grant_id = any({plan.Ended}) and g.id = i.grant_id and i.answer is null
            """, cancellation);
}
