using Marketplace.Core.Access.Requests.Drafts;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Requests.Templates;

/// <param name="Endpoints">How many it means now.</param>
public sealed record TemplateRow(string Slug, string Title, string Description, string TeamTitle, int Endpoints);

/// <param name="Parts">As its owners wrote it.</param>
/// <param name="Lines">What it means now.</param>
public sealed record TemplateDetails(
    string Slug, string Title, string Description, string Team, string TeamTitle, bool MayChange, IReadOnlyList<TemplatePart> Parts, IReadOnlyList<DraftLine> Lines);

/// <summary>Templates are for whoever sees what they name; they mean only published endpoints of APIs that their team still owns.</summary>
public sealed class TemplateReader(IDbContextFactory<MarketplaceDb> databases)
{
    /// <summary>Those with endpoints of a line. Null when there is no such line to see.</summary>
    public async Task<IReadOnlyList<TemplateRow>?> ListAsync(Actor actor, string api, string version, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var line = await db.ApiVersions.VisibleTo(actor).Where(v => v.Api!.Name == api && v.Version == version).Select(v => (Guid?)v.Id).SingleOrDefaultAsync(cancellation);
        if (line is null)
            return null;
        var rows = await db.AccessTemplates.Where(t => t.Parts.Any(p => p.ApiVersionId == line && p.ApiVersion!.Api!.TeamId == t.TeamId)).OrderBy(t => t.Title).ThenBy(t => t.Slug)
            .Select(t => new { t.Id, t.Slug, t.Title, t.Description, Team = t.Team!.Title }).Take(PageRequest.MaximumSize).ToListAsync(cancellation);
        var ids = rows.Select(t => t.Id).ToArray();
        var counts = await Meant(db, actor).Where(m => ids.Contains(m.Template)).Select(m => new { m.Template, m.Operation }).Distinct()
            .GroupBy(m => m.Template).Select(m => new { m.Key, Count = m.Count() }).ToDictionaryAsync(m => m.Key, m => m.Count, cancellation);
        return [.. rows.Select(t => new TemplateRow(t.Slug, t.Title, t.Description, t.Team, counts.GetValueOrDefault(t.Id)))];
    }

    /// <summary>Null when there is none of that name, or none of its endpoints is of a line that the actor sees.</summary>
    public async Task<TemplateDetails?> FindAsync(Actor actor, string slug, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var visible = db.ApiVersions.VisibleTo(actor).Select(v => v.Id);
        var template = await db.AccessTemplates
            .Where(t => t.Slug == slug && t.Parts.Any(p => visible.Contains(p.ApiVersionId) && p.ApiVersion!.Api!.TeamId == t.TeamId))
            .Select(t => new
            {
                t.Id,
                t.Title,
                t.Description,
                Team = t.Team!.Name,
                TeamTitle = t.Team.Title,
                MayChange = t.Team.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner),
            }).SingleOrDefaultAsync(cancellation);
        if (template is null)
            return null;
        var parts = await db.AccessTemplateParts.Where(p => p.AccessTemplateId == template.Id && visible.Contains(p.ApiVersionId))
            .Select(p => new { Api = p.ApiVersion!.Api!.Name, p.ApiVersion.Version, p.Operation!.Key, p.Methods, p.Tag })
            .ToListAsync(cancellation);
        var meant = await Meant(db, actor).Where(m => m.Template == template.Id).Select(m => m.Operation).Distinct().ToArrayAsync(cancellation);
        return new(
            slug, template.Title, template.Description, template.Team, template.TeamTitle, template.MayChange,
            [
                .. parts.Where(p => p.Key is not null).GroupBy(p => (p.Api, p.Version))
                    .Select(line => new TemplatePart(line.Key.Api, line.Key.Version, [.. line.Select(p => p.Key!).Order(StringComparer.Ordinal)], [], null)),
                .. parts.Where(p => p.Key is null).Select(p => new TemplatePart(p.Api, p.Version, [], p.Methods ?? [], p.Tag)),
            ],
            await DraftReader.LinesAsync(db, db.Operations.Where(o => meant.Contains(o.Id)), cancellation));
    }

    private static IQueryable<MeantOperation> Meant(MarketplaceDb db, Actor actor)
    {
        var open = db.ApiVersions.VisibleTo(actor).Where(v => v.Lifecycle == Lifecycle.Published || v.Lifecycle == Lifecycle.Deprecated).Select(v => v.Id);
        return
            from part in db.AccessTemplateParts
            from operation in db.Operations
            where part.ApiVersionId == operation.ApiVersionId && open.Contains(operation.ApiVersionId)
                && operation.RemovedIn == null && operation.NotEnforceable == null
                && db.AccessTemplates.Any(t => t.Id == part.AccessTemplateId && t.TeamId == part.ApiVersion!.Api!.TeamId)
                && (part.OperationId == operation.Id
                    || (part.OperationId == null && (part.Methods == null || part.Methods.Contains(operation.Method)) && (part.Tag == null || operation.Tags.Contains(part.Tag))))
            select new MeantOperation { Template = part.AccessTemplateId, Operation = operation.Id };
    }

    private sealed class MeantOperation
    {
        public required Guid Template { get; init; }
        public required Guid Operation { get; init; }
    }
}
