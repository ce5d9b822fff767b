using Marketplace.Core.Catalog.Changes.Kinds;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Changes.History;

/// <param name="Id">The revision's.</param>
/// <param name="Verdict">Null for the first revision of a line, and for those published before changes were judged.</param>
/// <param name="Changes">The worst few.</param>
/// <param name="Applications">How many held a grant for what broke, then.</param>
public sealed record ChangelogEntry(
    Guid Id, string Version, int Number, string Title, string DocumentVersion, int Operations, DateTimeOffset PublishedAt, string PublishedBy,
    Verdict? Verdict, int Breaking, int Dangerous, int Compatible, int Applications, int Teams, string? OverrideReason, IReadOnlyList<ToldChange> Changes)
{
    public int Total => Breaking + Dangerous + Compatible;

    public RevisionName Name => new(Version, Number);

    public RevisionName? Before => Number > 1 ? new(Version, Number - 1) : null;
}

/// <param name="Api">The API's id, the feed's own.</param>
public sealed record Changelog(Guid Api, string Name, string Title, DateTimeOffset CreatedAt, Page<ChangelogEntry> Entries);

/// <summary>All that was published of an API, over all lines that the reader may see, newest first. Nothing is compared here.</summary>
public sealed class ChangelogReader(IDbContextFactory<MarketplaceDb> databases)
{
    public async Task<Changelog?> ReadAsync(Actor actor, string api, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var lines = db.ApiVersions.VisibleTo(actor).Where(v => v.Api!.Name == api && v.Revision > 0);
        var head = await db.Apis.Where(a => a.Name == api && lines.Any(v => v.ApiId == a.Id))
            .Select(a => new { a.Id, a.Name, a.Title, a.CreatedAt }).SingleOrDefaultAsync(cancellation);
        if (head is null)
            return null;
        var rows = await (
            from line in lines
            join revision in db.SpecRevisions on line.Id equals revision.ApiVersionId
            join person in db.People on revision.PublishedBy equals person.Id
            join made in db.RevisionSummaries on revision.Id equals made.SpecRevisionId into summaries
            from summary in summaries.DefaultIfEmpty()
            orderby revision.PublishedAt descending, revision.Id
            select new
            {
                revision.Id, line.Version, revision.Number, revision.Title, revision.DocumentVersion, revision.OperationCount, revision.PublishedAt,
                person.DisplayName, Verdict = (Verdict?)summary.Verdict, Breaking = (int?)summary.Breaking, Dangerous = (int?)summary.Dangerous,
                Compatible = (int?)summary.Compatible, Applications = (int?)summary.Applications, Teams = (int?)summary.Teams, summary.OverrideReason,
            }).ToPageAsync(page, cancellation);
        var ids = rows.Items.Select(r => r.Id).ToArray();
        var changes = (await db.Database.SqlQuery<Shown>(
            $"""
            select spec_revision_id as "Id", jsonb_path_query_array(changes, '$[0 to 5]')::text as "Changes"
            from revision_summary where spec_revision_id = any({ids})
            """).ToListAsync(cancellation)).ToDictionary(s => s.Id, s => ToldChange.Read(s.Changes));
        return new Changelog(head.Id, head.Name, head.Title, head.CreatedAt, new Page<ChangelogEntry>(
            [.. rows.Items.Select(r => new ChangelogEntry(
                r.Id, r.Version, r.Number, r.Title, r.DocumentVersion, r.OperationCount, r.PublishedAt, r.DisplayName, r.Verdict, r.Breaking ?? 0, r.Dangerous ?? 0,
                r.Compatible ?? 0, r.Applications ?? 0, r.Teams ?? 0, r.OverrideReason, changes.GetValueOrDefault(r.Id) ?? []))],
            rows.Total, page));
    }

    private sealed record Shown(Guid Id, string Changes);
}
