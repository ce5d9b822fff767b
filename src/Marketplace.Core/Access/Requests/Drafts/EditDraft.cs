using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Requests.Drafts;

/// <param name="ClientId">Null while none is chosen; so with what follows.</param>
public sealed record DraftInput(
    IReadOnlyList<EndpointReference> Endpoints, string? ClientId = null, string? Environment = null, string Justification = "", DateOnly? Until = null)
{
    /// <summary>Under which plan the endpoints of a line are wished for; the others get the default of their API.</summary>
    public IReadOnlyDictionary<LineName, string> Plans { get; init; } = new Dictionary<LineName, string>();
}

/// <summary>
/// A person keeps what is to be asked for until all of it is together. Nothing of it must be ready: what is missing,
/// past or no longer there is told when it is sent.
/// </summary>
public sealed class EditDraft(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public const int Maximum = 50;

    /// <param name="number">The draft that becomes this; null to begin one.</param>
    /// <returns>Its number.</returns>
    public async Task<Outcome<long>> SaveAsync(Actor actor, long? number, DraftInput input, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var held = await HoldAsync(db, actor, number, cancellation);
        if (!held.Succeeded)
            return held.Failed<long>();
        var draft = held.Value;
        var problems = new List<Problem>();
        if (input.Justification.Length > SubmitAccessRequest.MaximumJustification)
            problems.Add(new("justification_length", $"Say why in at most {SubmitAccessRequest.MaximumJustification} characters.", "justification"));
        var application = string.IsNullOrEmpty(input.ClientId) ? null
            : await db.Applications.WithMember(actor).Where(a => a.ClientId == input.ClientId).Select(a => (Guid?)a.Id).SingleOrDefaultAsync(cancellation);
        if (application is null && !string.IsNullOrEmpty(input.ClientId))
            problems.Add(new("application_unknown", "Choose an application of a team that you are a member of.", "application"));
        var environment = string.IsNullOrEmpty(input.Environment) ? null : input.Environment;
        if (environment is not null && !await db.Environments.AnyAsync(e => e.Name == environment, cancellation))
            problems.Add(new("environment_unknown", "Choose sandbox or production.", "environment"));
        var operations = await FindAsync(db, actor, input.Endpoints, problems, cancellation);
        if (input.Plans.Values.Any(plan => plan.Length > 100))
            problems.Add(new("plan_unknown", "No plan has a name that long.", "plan"));
        if (problems.Count > 0)
            return problems;

        (draft.ApplicationId, draft.Environment, draft.Justification, draft.Until) = (application, environment, input.Justification.Trim(), input.Until);
        draft.Items.RemoveAll(i => !operations.ContainsKey(i.OperationId));
        Add(draft, operations.Keys);
        foreach (var item in draft.Items)
            item.Plan = input.Plans.GetValueOrDefault(operations[item.OperationId]) is { Length: > 0 } plan ? plan : null;
        return await EndAsync(db, transaction, draft, cancellation);
    }

    /// <summary>Puts endpoints into a draft, or into a new one; those that are in it already stay.</summary>
    public async Task<Outcome<long>> AddAsync(Actor actor, long? number, IReadOnlyList<EndpointReference> endpoints, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var held = await HoldAsync(db, actor, number, cancellation);
        if (!held.Succeeded)
            return held.Failed<long>();
        var problems = new List<Problem>();
        if (endpoints.Count == 0)
            problems.Add(new("operations_missing", "Choose at least one endpoint.", "operations"));
        var operations = await FindAsync(db, actor, endpoints, problems, cancellation);
        if (held.Value.Items.Select(i => i.OperationId).Union(operations.Keys).Count() > SubmitAccessRequest.MaximumOperations)
            problems.Add(TooMany);
        if (problems.Count > 0)
            return problems;
        Add(held.Value, operations.Keys);
        return await EndAsync(db, transaction, held.Value, cancellation);
    }

    public async Task<Outcome<long>> DiscardAsync(Actor actor, long number, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var gone = await db.AccessDrafts.Where(d => d.PersonId == actor.Id && d.Number == number).ExecuteDeleteAsync(cancellation);
        return gone == 0 ? Unknown(number) : number;
    }

    internal static Problem Unknown(long number) => new(Problem.NotFound, $"You have no draft {number}; it may have been sent or discarded.");

    private static Problem TooMany => new("operations_too_many", $"One request takes at most {SubmitAccessRequest.MaximumOperations} endpoints; split it.", "operations");

    private async Task<Outcome<AccessDraft>> HoldAsync(MarketplaceDb db, Actor actor, long? number, CancellationToken cancellation)
    {
        if (number is not { } wanted)
        {
            if (actor.Role is PlatformRole.Auditor)
                return new Problem(Problem.Forbidden, "An auditor reads everything and changes nothing.");
            // The person's row is held, so that many begun at once are counted too.
            await db.Database.ExecuteSqlAsync($"select 1 from person where id = {actor.Id} for no key update", cancellation);
            if (await db.AccessDrafts.CountAsync(d => d.PersonId == actor.Id, cancellation) >= Maximum)
                return new Problem("drafts_too_many", $"You have {Maximum} drafts; send or discard some.", "draft");
            var begun = new AccessDraft { PersonId = actor.Id, Justification = "", Revision = 0, UpdatedAt = clock.GetUtcNow() };
            db.Add(begun);
            return begun;
        }

        await db.Database.ExecuteSqlAsync($"select 1 from access_draft where number = {wanted} and person_id = {actor.Id} for update", cancellation);
        var draft = await db.AccessDrafts.Include(d => d.Items).SingleOrDefaultAsync(d => d.PersonId == actor.Id && d.Number == wanted, cancellation);
        return draft is null ? Unknown(wanted) : draft;
    }

    /// <summary>Endpoints of lines that the actor sees, also those that are no longer published: sending tells of them.</summary>
    private static async Task<Dictionary<Guid, LineName>> FindAsync(
        MarketplaceDb db, Actor actor, IReadOnlyList<EndpointReference> endpoints, List<Problem> problems, CancellationToken cancellation)
    {
        var wanted = endpoints.ToHashSet();
        if (wanted.Count > SubmitAccessRequest.MaximumOperations)
        {
            problems.Add(TooMany);
            return [];
        }

        var (apis, keys) = (wanted.Select(e => e.Api).Distinct().ToArray(), wanted.Select(e => e.Operation).Distinct().ToArray());
        var found = await db.ApiVersions.VisibleTo(actor).Where(v => apis.Contains(v.Api!.Name))
            .SelectMany(v => v.Operations, (v, o) => new { o.Id, Api = v.Api!.Name, v.Version, o.Key }).Where(o => keys.Contains(o.Key)).ToListAsync(cancellation);
        var ids = found.Where(o => wanted.Remove(new(o.Api, o.Version, o.Key))).ToDictionary(o => o.Id, o => new LineName(o.Api, o.Version));
        if (wanted.Count > 0)
            problems.Add(new("operation_unknown", $"There is no endpoint {string.Join(", ", wanted.Take(5))}.", "operations"));
        return ids;
    }

    private static void Add(AccessDraft draft, IEnumerable<Guid> operations) => draft.Items.AddRange(
        operations.Except(draft.Items.Select(i => i.OperationId)).Select(id => new AccessDraftItem { AccessDraftId = draft.Id, OperationId = id }).ToList());

    private async Task<long> EndAsync(
        MarketplaceDb db, Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction transaction, AccessDraft draft, CancellationToken cancellation)
    {
        (draft.Revision, draft.UpdatedAt) = (draft.Revision + 1, clock.GetUtcNow());
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return draft.Number;
    }
}
