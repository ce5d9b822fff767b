using Marketplace.Core.Access.Approval;
using Marketplace.Core.Access.Approval.Deciding;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Marketplace.Core.Policy;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog;

/// <param name="Contacts">Null to leave them as they are.</param>
public sealed record ChangeApiInput(string Name, string Title, string Summary, Classification Classification, Contacts? Contacts = null);

/// <summary>An owner says better what an API is. Its name stays: it is in audiences and manifests.</summary>
public sealed class ChangeApi(IDbContextFactory<MarketplaceDb> databases, RerouteRequests reroute, ApprovalMemory memory, TimeProvider clock)
{
    public async Task<Outcome<Api>> ExecuteAsync(Actor actor, ChangeApiInput input, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var api = await db.Apis.WithOwner(actor).Include(a => a.Versions).SingleOrDefaultAsync(a => a.Name == input.Name, cancellation);
        if (api is null)
            return new Problem(Problem.NotFound, $"There is no API {input.Name} that you may change: only owners of its team may.", "name");
        var problems = CreateApi.Check(input.Title, input.Summary, input.Classification);
        problems.AddRange(input.Contacts?.Check() ?? []);
        if (problems.Count > 0)
            return problems;

        var (before, classified) = (Facts(api), api.Classification);
        (api.Title, api.Summary, api.Classification) = (input.Title.Trim(), input.Summary.Trim(), input.Classification);
        if (input.Contacts?.Trimmed() is { } contacts)
            (api.ContactChannel, api.ContactEmail, api.ContactUrl) = (contacts.Channel, contacts.Email, contacts.Url);
        var after = Facts(api);
        await db.SaveChangesAsync(cancellation);
        if (api.Classification != classified)
            await RememberAsync(db, api, classified, cancellation);
        if (api.Classification < classified)
            await TellOfficersAsync(db, actor, api, classified, cancellation);
        await AuditLog.AppendAsync(
            db, clock.GetUtcNow(), actor, new AuditEntry("api.changed", "api", api.Id.ToString(), api.Name, null, new { before, after }), cancellation);
        if (api.Classification != classified)
            await reroute.ExecuteAsync(db, actor, api, new("The API's data was classified anew", StoredEnum.ToWord(classified), StoredEnum.ToWord(api.Classification)), clock.GetUtcNow(), cancellation);
        // The token plane publishes the title, and the operations of what is public.
        if (api.Versions.Count > 0)
        {
            await PolicyLog.AppendAsync(
                db, clock.GetUtcNow(), [.. api.Versions.Select(v => new PolicyChangeDraft(PolicyChangeKind.Published, v.Id))], cancellation);
        }
        await transaction.CommitAsync(cancellation);
        return api;
    }

    /// <summary>Requests go by the highest of a while, so that nobody lowers it, asks and raises it again.</summary>
    private Task<int> RememberAsync(MarketplaceDb db, Api api, Classification before, CancellationToken cancellation) => db.Database.ExecuteSqlAsync(
        $"""
        insert into api_classification (api_id, classification, until) values ({api.Id}, {StoredEnum.ToWord(before)}, {clock.GetUtcNow()})
        on conflict (api_id, classification) do update set until = excluded.until
        """, cancellation);

    /// <summary>After a while fewer people approve what is asked for, so those who would have are told at once.</summary>
    private async Task TellOfficersAsync(MarketplaceDb db, Actor actor, Api api, Classification before, CancellationToken cancellation) => await Inbox.TellAsync(
        db, clock.GetUtcNow(), actor,
        new(
            NotificationKind.ApprovalPolicy, $"The data of {api.Title} is classified lower: {StoredEnum.ToWord(api.Classification)} instead of {StoredEnum.ToWord(before)}",
            $"{actor.Name} did it. For {memory.Days} days what is asked for goes to the same approvers as before; then it may need fewer, or none. What waits keeps those that it needs. If that is wrong, talk to the owners before.",
            $"/apis/{api.Name}"),
        new() { People = await db.HoldersOfAsync(cancellation, PlatformRole.SecurityOfficer) }, cancellation);

    private static object Facts(Api api) => new
    {
        title = api.Title,
        summary = api.Summary,
        classification = StoredEnum.ToWord(api.Classification),
        contacts = new[] { api.ContactChannel, api.ContactEmail, api.ContactUrl },
    };
}
