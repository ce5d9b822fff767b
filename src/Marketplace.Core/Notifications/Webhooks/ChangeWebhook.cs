using Marketplace.Core.Audit;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.Fetching;
using Marketplace.Core.Notifications.Preferences;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Notifications.Webhooks;

/// <param name="Url">Where to post.</param>
/// <param name="Description">What is there.</param>
/// <param name="EventTypes">Empty for every one.</param>
/// <param name="Apis">Names of APIs whose changes it is told of, besides what the team is told.</param>
public sealed record WebhookInput(string Url, string Description, IReadOnlyList<string> EventTypes, IReadOnlyList<string> Apis);

/// <param name="Secret">Shown now and never again.</param>
public sealed record NewWebhook(Guid Id, string Secret);

/// <summary>A team's owners say where its programs are told.</summary>
public sealed class ChangeWebhook(IDbContextFactory<MarketplaceDb> databases, WebhookSecrets secrets, FetchOptions fetching, TimeProvider clock)
{
    public const int MaximumOfTeam = 10;

    /// <summary>For so long after another secret was made we sign with both.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    private const int MostApis = 100;

    private static readonly Problem NotTheirs = new(Problem.NotFound, "There is no such webhook of a team that you own.");

    public async Task<Outcome<NewWebhook>> AddAsync(Actor actor, string team, WebhookInput input, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"select 1 from team where name = {team} for update", cancellation);
        if (await db.Teams.WithOwner(actor).SingleOrDefaultAsync(t => t.Name == team, cancellation) is not { } owned)
            return new Problem(Problem.NotFound, "There is no such team that you own.");
        var (problems, apis) = await JudgeAsync(db, actor, input, cancellation);
        if (await db.Webhooks.CountAsync(w => w.TeamId == owned.Id, cancellation) >= MaximumOfTeam)
            problems.Add(new("webhooks_too_many", $"A team has at most {MaximumOfTeam} webhooks; remove one that is no longer used."));
        if (problems.Count > 0)
            return problems;
        var (now, id) = (clock.GetUtcNow(), Guid.CreateVersion7(clock.GetUtcNow()));
        var (shown, stored) = secrets.Create(id);
        var webhook = new Webhook
        {
            Id = id, TeamId = owned.Id, Url = input.Url.Trim(), Description = input.Description.Trim(), EventTypes = Types(input), Secret = stored,
            CreatedBy = actor.Id, CreatedAt = now, NextAt = now,
        };
        webhook.Apis.AddRange(apis.Select(api => new WebhookApi { WebhookId = id, ApiId = api.Id }));
        db.Add(webhook);
        await db.SaveChangesAsync(cancellation);
        await TellAuditAsync(db, actor, "webhook.added", owned, id, null, Facts(webhook, apis.Select(a => a.Name)), cancellation);
        await transaction.CommitAsync(cancellation);
        return new NewWebhook(id, shown);
    }

    public Task<Outcome<Guid>> ChangeAsync(Actor actor, string team, Guid id, WebhookInput input, CancellationToken cancellation) =>
        WithAsync<Guid>(actor, team, id, async (db, webhook) =>
        {
            var (problems, apis) = await JudgeAsync(db, actor, input, cancellation, webhook);
            if (problems.Count > 0)
                return problems;
            var before = Facts(webhook, webhook.Apis.Select(a => a.Api!.Name));
            (webhook.Url, webhook.Description, webhook.EventTypes) = (input.Url.Trim(), input.Description.Trim(), Types(input));
            webhook.Apis.RemoveAll(old => apis.TrueForAll(api => api.Id != old.ApiId));
            webhook.Apis.AddRange(apis.Where(api => webhook.Apis.TrueForAll(old => old.ApiId != api.Id)).Select(api => new WebhookApi { WebhookId = id, ApiId = api.Id }));
            await db.SaveChangesAsync(cancellation);
            await TellAuditAsync(db, actor, "webhook.changed", webhook.Team!, id, before, Facts(webhook, apis.Select(a => a.Name)), cancellation);
            return id;
        }, cancellation);

    /// <summary>The one before goes on for a day, so that receivers can change theirs without missing anything.</summary>
    public Task<Outcome<NewWebhook>> RotateAsync(Actor actor, string team, Guid id, CancellationToken cancellation) =>
        WithAsync<NewWebhook>(actor, team, id, async (db, webhook) =>
        {
            var until = clock.GetUtcNow() + Overlap;
            (webhook.OldSecret, webhook.OldSecretUntil) = (webhook.Secret, until);
            (var shown, webhook.Secret) = secrets.Create(id);
            await db.SaveChangesAsync(cancellation);
            await TellAuditAsync(db, actor, "webhook.secret_rotated", webhook.Team!, id, new { webhook.Url, holds_until = (DateTimeOffset?)null }, new { webhook.Url, holds_until = (DateTimeOffset?)until }, cancellation);
            return new NewWebhook(id, shown);
        }, cancellation);

    public Task<Outcome<Guid>> SwitchAsync(Actor actor, string team, Guid id, bool on, CancellationToken cancellation) =>
        WithAsync<Guid>(actor, team, id, async (db, webhook) =>
        {
            if (webhook.DisabledAt is null == on)
                return new Problem(Problem.Conflict, on ? "It is on already." : "It is off already.");
            if (!on)
            {
                await WebhookEnd.StopAsync(db, clock.GetUtcNow(), actor, webhook, WebhookStop.ByHand, "", cancellation);
                return id;
            }

            var why = webhook.DisabledWhy!.Value;
            (webhook.DisabledAt, webhook.DisabledWhy, webhook.FailingSince, webhook.Failures, webhook.NextAt) = (null, null, null, 0, clock.GetUtcNow());
            await db.SaveChangesAsync(cancellation);
            await TellAuditAsync(db, actor, "webhook.started", webhook.Team!, id, new { webhook.Url, state = "off", why = StoredEnum.ToWord(why) }, new { webhook.Url, state = "on" }, cancellation);
            return id;
        }, cancellation);

    public Task<Outcome<Guid>> RemoveAsync(Actor actor, string team, Guid id, CancellationToken cancellation) =>
        WithAsync<Guid>(actor, team, id, async (db, webhook) =>
        {
            var before = Facts(webhook, webhook.Apis.Select(a => a.Api!.Name));
            await db.Webhooks.Where(w => w.Id == id).ExecuteDeleteAsync(cancellation);
            await TellAuditAsync(db, actor, "webhook.removed", webhook.Team!, id, before, null, cancellation);
            return id;
        }, cancellation);

    private async Task<Outcome<T>> WithAsync<T>(
        Actor actor, string team, Guid id, Func<MarketplaceDb, Webhook, Task<Outcome<T>>> change, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"select 1 from webhook where id = {id} for update", cancellation);
        var webhook = await db.Webhooks.Include(w => w.Team).Include(w => w.Apis).ThenInclude(a => a.Api)
            .SingleOrDefaultAsync(w => w.Id == id && w.Team!.Name == team && db.Teams.WithOwner(actor).Any(t => t.Id == w.TeamId), cancellation);
        if (webhook is null)
            return NotTheirs;
        var outcome = await change(db, webhook);
        if (outcome.Succeeded)
            await transaction.CommitAsync(cancellation);
        return outcome;
    }

    /// <summary>What it follows already it may go on following.</summary>
    private async Task<(List<Problem> Problems, List<Api> Apis)> JudgeAsync(
        MarketplaceDb db, Actor actor, WebhookInput input, CancellationToken cancellation, Webhook? webhook = null)
    {
        List<Problem> problems = [.. WebhookUrl.Read(input.Url, fetching).Problems];
        if (input.Description.Trim().Length > 200)
            problems.Add(new("description_length", "Say in at most 200 characters what is there.", "description"));
        if (input.EventTypes.Except(EventTypes, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
            problems.Add(new("event_type_unknown", $"There is no event type {unknown}; choose among {string.Join(", ", EventTypes)}.", "eventTypes"));
        var names = input.Apis.Select(name => name.Trim()).Where(name => name.Length > 0).Distinct(StringComparer.Ordinal).ToArray();
        if (names.Length > MostApis)
            problems.Add(new("apis_too_many", $"A webhook follows at most {MostApis} APIs.", "apis"));
        var kept = webhook?.Apis.Select(a => a.ApiId).ToArray() ?? [];
        var apis = await db.Apis.VisibleTo(actor).Select(a => a.Id).Concat(db.Apis.Where(a => kept.Contains(a.Id)).Select(a => a.Id)).Distinct()
            .Join(db.Apis, id => id, a => a.Id, (_, a) => a).Where(a => names.Contains(a.Name)).AsNoTracking().ToListAsync(cancellation);
        if (names.Except(apis.Select(a => a.Name), StringComparer.Ordinal).FirstOrDefault() is { } missing)
            problems.Add(new("api_unknown", $"There is no API {missing} that you may see.", "apis"));
        return (problems, apis);
    }

    /// <summary>Those that one can choose.</summary>
    public static IReadOnlyList<string> EventTypes { get; } = [.. NotificationKinds.All.Values.Select(facts => facts.EventType).Where(type => type != "webhook.test").Order(StringComparer.Ordinal)];

    private static string[] Types(WebhookInput input) => [.. input.EventTypes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static object Facts(Webhook webhook, IEnumerable<string> apis) =>
        new { webhook.Url, webhook.Description, webhook.EventTypes, apis = apis.Order(StringComparer.Ordinal).ToArray() };

    private Task TellAuditAsync(MarketplaceDb db, Actor actor, string action, Team team, Guid id, object? before, object? after, CancellationToken cancellation) =>
        AuditLog.AppendAsync(db, clock.GetUtcNow(), actor, new AuditEntry(action, "team", team.Id.ToString(), team.Name, null, new { webhook = id, before, after }), cancellation);
}
