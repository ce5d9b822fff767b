using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Requests.Drafts;

public sealed record DraftRow(long Number, string? Application, string? Environment, DateTimeOffset UpdatedAt, int Endpoints)
{
    /// <summary>Titles of the lines.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    public string LineTitles => RequestWords.Lines(Lines);
}

/// <param name="Removed">No longer published: it cannot be asked for.</param>
public sealed record DraftEndpoint(EndpointReference Reference, string Method, string Path, string Summary, bool Removed);

/// <param name="Open">It takes requests.</param>
public sealed record DraftLine(
    string Api, string Version, string Title, string Team, bool Open, Classification Classification, IReadOnlyList<DraftEndpoint> Endpoints)
{
    /// <summary>The plan wished for; null for the default of the API.</summary>
    public string? Plan { get; init; }
}

public sealed record DraftDetails(
    long Number, Guid Id, int Revision, string? ClientId, string? Environment, string Justification, DateOnly? Until, DateTimeOffset UpdatedAt,
    IReadOnlyList<DraftLine> Lines)
{
    public IReadOnlyList<LineEndpoints> Asked => [.. Lines.Select(l => new LineEndpoints(l.Api, l.Version, [.. l.Endpoints.Select(e => e.Reference.Operation)]) { Plan = l.Plan })];
}

/// <summary>A person's own drafts. Nobody reads another's.</summary>
public sealed class DraftReader(IDbContextFactory<MarketplaceDb> databases)
{
    /// <summary>The one changed last first.</summary>
    public async Task<Page<DraftRow>> ListAsync(Actor actor, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var rows = await db.AccessDrafts.Where(d => d.PersonId == actor.Id).OrderByDescending(d => d.UpdatedAt).ThenByDescending(d => d.Number)
            .Select(d => new DraftRow(d.Number, d.Application!.Name, d.Environment, d.UpdatedAt, d.Items.Count)).ToPageAsync(page, cancellation);
        var numbers = rows.Items.Select(r => r.Number).ToArray();
        var lines = (await db.Database.SqlQuery<DraftLineTitle>(
            $"""
            select distinct d.number as "Number", a.title || ' ' || v.version as "Title"
            from access_draft d join access_draft_item i on i.access_draft_id = d.id join operation o on o.id = i.operation_id
              join api_version v on v.id = o.api_version_id join api a on a.id = v.api_id
            where d.number = any({numbers})
            """).ToListAsync(cancellation)).ToLookup(l => l.Number, l => l.Title);
        return rows with { Items = [.. rows.Items.Select(r => r with { Lines = [.. lines[r.Number].Order(StringComparer.Ordinal)] })] };
    }

    public async Task<DraftDetails?> FindAsync(Actor actor, long number, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var draft = await db.AccessDrafts.Where(d => d.PersonId == actor.Id && d.Number == number).Select(d => new
        {
            d.Id,
            d.Revision,
            d.Application!.ClientId,
            d.Environment,
            d.Justification,
            d.Until,
            d.UpdatedAt,
        }).SingleOrDefaultAsync(cancellation);
        if (draft is null)
            return null;
        var items = await db.AccessDraftItems.Where(i => i.AccessDraftId == draft.Id)
            .Select(i => new { i.OperationId, i.Plan, Api = i.Operation!.ApiVersion!.Api!.Name, i.Operation.ApiVersion.Version }).ToListAsync(cancellation);
        var (ids, plans) = (items.ConvertAll(i => i.OperationId), items.ToLookup(i => (i.Api, i.Version), i => i.Plan));
        var lines = await LinesAsync(db, db.Operations.Where(o => ids.Contains(o.Id)), cancellation);
        return new(
            number, draft.Id, draft.Revision, draft.ClientId, draft.Environment, draft.Justification, draft.Until, draft.UpdatedAt,
            [.. lines.Select(l => l with { Plan = plans[(l.Api, l.Version)].FirstOrDefault(plan => plan is not null) })]);
    }

    /// <summary>What names mean, to show before they are put into a draft; names of nothing that the actor sees are left out.</summary>
    public async Task<IReadOnlyList<DraftLine>> NamedAsync(Actor actor, IReadOnlyCollection<EndpointReference> endpoints, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var (apis, keys) = (endpoints.Select(e => e.Api).Distinct().ToArray(), endpoints.Select(e => e.Operation).Distinct().ToArray());
        var visible = db.ApiVersions.VisibleTo(actor).Where(v => apis.Contains(v.Api!.Name)).Select(v => v.Id);
        var lines = await LinesAsync(db, db.Operations.Where(o => visible.Contains(o.ApiVersionId) && keys.Contains(o.Key)), cancellation);
        return
        [
            .. lines.Select(l => l with { Endpoints = [.. l.Endpoints.Where(e => endpoints.Contains(e.Reference))] }).Where(l => l.Endpoints.Count > 0),
        ];
    }

    internal static async Task<IReadOnlyList<DraftLine>> LinesAsync(MarketplaceDb db, IQueryable<Operation> operations, CancellationToken cancellation)
    {
        var rows = await operations.OrderBy(o => o.Path).ThenBy(o => o.Method).Select(o => new
        {
            Line = new
            {
                Api = o.ApiVersion!.Api!.Name,
                o.ApiVersion.Version,
                o.ApiVersion.Api.Title,
                Team = o.ApiVersion.Api.Team!.Title,
                o.ApiVersion.Lifecycle,
                o.ApiVersion.Api.Classification,
            },
            o.Key,
            o.Method,
            o.Path,
            o.Summary,
            Removed = o.RemovedIn != null,
        }).ToListAsync(cancellation);
        return
        [
            .. rows.GroupBy(r => r.Line).OrderBy(l => l.Key.Title, StringComparer.Ordinal).ThenBy(l => l.Key.Version, StringComparer.Ordinal).Select(l => new DraftLine(
                l.Key.Api, l.Key.Version, $"{l.Key.Title} {l.Key.Version}", l.Key.Team, l.Key.Lifecycle is Lifecycle.Published or Lifecycle.Deprecated,
                l.Key.Classification, [.. l.Select(o => new DraftEndpoint(new(l.Key.Api, l.Key.Version, o.Key), o.Method, o.Path, o.Summary, o.Removed))])),
        ];
    }

    private sealed record DraftLineTitle(long Number, string Title);
}
