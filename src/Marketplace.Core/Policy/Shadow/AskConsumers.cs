using Marketplace.Core.Audit;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Policy.Shadow;

public sealed record AskedConsumers(int Applications);

/// <summary>
/// The teams of applications that would be refused find a request in their inbox that is filled in but not sent: the only
/// creator of a grant stays a request that the consumer makes and the owner approves.
/// </summary>
public sealed class AskConsumers(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <summary>So many are asked at once; those that call most first.</summary>
    public const int MostAtOnce = 100;

    /// <summary>What one link can carry; the rest is chosen on the page.</summary>
    private const int MostEndpoints = 40;
    private static readonly TimeSpan Between = TimeSpan.FromHours(24);

    /// <param name="clients">Client ids; empty for all of them.</param>
    public async Task<Outcome<AskedConsumers>> ExecuteAsync(
        Actor actor, string api, string version, string environment, IReadOnlyCollection<string> clients, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await Held.ForChangeAsync(db, api, version, cancellation);
        var now = clock.GetUtcNow();
        if (await ShadowCallReader.SpanAsync(db, db.ApiVersions.ShadowedBy(actor), api, version, environment, now, cancellation) is not var (id, since))
            return new Problem(Problem.NotFound, $"There is no {api} {version} whose consumers you may ask: only owners of its team and security officers may.", "version");
        var line = await db.ApiVersions.Include(v => v.Api).SingleAsync(v => v.Id == id, cancellation);
        if (line.Lifecycle is Lifecycle.Draft or Lifecycle.Retired)
            return new Problem("version_not_open", $"{api} {version} is {StoredEnum.ToWord(line.Lifecycle)}: nobody can ask for its endpoints. Publish it first.", "version");

        var recently = now - Between;
        var applications = await db.Database.SqlQuery<Asked>(
            $"""
            select p.id as "Id", p.client_id as "ClientId", p.name as "Name", p.team_id as "TeamId", sum(u.count)::bigint as "Calls"
            from shadow_series({id}, {environment}, {now}) s
              join call_usage u on u.series_id = s.id and u.span = 86400 and u.start >= {since}
              join application p on p.client_id = s.client_id and p.disabled_at is null
            where not s.solved and s.operation >= 0 and ({clients.Count == 0} or p.client_id = any({clients.ToArray()}))
              and not exists (select from shadow_ask a where a.api_version_id = {id} and a.environment = {environment} and a.application_id = p.id and a.asked_at > {recently})
            group by p.id
            """).OrderByDescending(a => a.Calls).ThenBy(a => a.ClientId).Take(MostAtOnce).ToListAsync(cancellation);
        var calls = (await ShadowCallReader.CallsAsync(db, id, environment, since, [.. applications.Select(a => a.ClientId)], now, cancellation))
            .Where(c => c is { Requestable: true, Request: null, Reason: Contracts.Policy.ReasonCode.OperationNotGranted or Contracts.Policy.ReasonCode.GrantEnded })
            .ToLookup(c => c.ClientId, StringComparer.Ordinal);
        applications.RemoveAll(a => !calls.Contains(a.ClientId));
        if (applications.Count == 0)
            return new Problem("already_asked", "There is nobody to ask: every team has asked for its endpoints already, or was asked within the last 24 hours.", "applications");

        foreach (var application in applications)
            await TellAsync(db, now, actor, line, environment, application, [.. calls[application.ClientId]], cancellation);
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into shadow_ask (api_version_id, environment, application_id, asked_at, asked_by)
            select {id}, {environment}, unnest({applications.Select(a => a.Id).ToArray()}), {now}, {actor.Id}
            on conflict (api_version_id, environment, application_id) do update set asked_at = excluded.asked_at, asked_by = excluded.asked_by
            """, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                "shadow_mode.consumers_asked", "api_version", id.ToString(), $"{api} {version}", null, new { environment, applications = applications.Select(a => a.ClientId) }),
            cancellation);
        await transaction.CommitAsync(cancellation);
        return new AskedConsumers(applications.Count);
    }

    /// <summary>The page of a new request, filled in.</summary>
    public static string RequestUrl(string api, string version, string environment, string client, IEnumerable<string> operations) =>
        $"/apis/{api}/{version}/request?application={Uri.EscapeDataString(client)}&environment={Uri.EscapeDataString(environment)}"
        + string.Concat(operations.Distinct(StringComparer.Ordinal).Take(MostEndpoints).Select(key => $"&operation={Uri.EscapeDataString(key)}"));

    private static Task<int> TellAsync(
        MarketplaceDb db, DateTimeOffset now, Actor actor, ApiVersion line, string environment, Asked application, List<ShadowCall> calls, CancellationToken cancellation)
    {
        var keys = calls.Select(c => c.Operation).Distinct(StringComparer.Ordinal).ToList();
        var title = $"{line.Api!.Title} {line.Version}";
        var named = string.Join(", ", calls.Select(c => $"{c.Method} {c.Path}").Distinct(StringComparer.Ordinal).Take(5));
        return Inbox.TellAsync(
            db, now, actor,
            new(NotificationKind.AccessSuggested, $"Ask for what {application.Name} calls of {title}",
                $"In {environment} it calls {(keys.Count == 1 ? "an endpoint" : $"{keys.Count} endpoints")} without a grant: {named}{(keys.Count > 5 ? " and others" : "")}. "
                + "They are let through for now and will be refused. The request is filled in: say why, and send it.",
                RequestUrl(line.Api.Name, line.Version, environment, application.ClientId, keys)),
            new() { Teams = [application.TeamId] }, cancellation);
    }

    private sealed record Asked(Guid Id, string ClientId, string Name, Guid TeamId, long Calls);
}
