using Marketplace.Core.Catalog.Changes.Reach;
using Marketplace.Core.Catalog.Changes.SideBySide;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Changes;

/// <param name="Name">With its number.</param>
/// <param name="Document">As JSON.</param>
public sealed record ComparedRevision(RevisionName Name, DateTimeOffset PublishedAt, string Document);

/// <param name="Impact">Who holds a grant in the earlier line for what the later breaks.</param>
public sealed record RevisionComparison(ComparedRevision From, ComparedRevision To, DocumentChanges Changes, Impact Impact);

/// <summary>Any two revisions of an API that the reader may see, of one line or of two.</summary>
public sealed class CompareRevisions(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    private const int MostNames = 500;

    // Two documents and their trees may cost hundreds of megabytes: a crowd of readers queues instead.
    private static readonly SemaphoreSlim Comparers = new(2);

    public async Task<Outcome<RevisionComparison>> ExecuteAsync(Actor actor, string api, RevisionName from, RevisionName to, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await Comparers.WaitAsync(cancellation);
        try
        {
            if (await FindAsync(db, actor, api, from, cancellation) is not { } earlier)
                return Unknown(api, from, "from");
            if (await FindAsync(db, actor, api, to, cancellation) is not { } later)
                return Unknown(api, to, "to");
            var now = clock.GetUtcNow();
            var changes = DocumentDiff.Compare(earlier.Revision.Document, later.Revision.Document, DateOnly.FromDateTime(now.UtcDateTime));
            var broken = changes.Broken.Select(o => o.Before!.Key).ToArray();
            var ids = await db.Operations.Where(o => o.ApiVersionId == earlier.Line && broken.Contains(o.Key)).Select(o => o.Id).ToListAsync(cancellation);
            return new RevisionComparison(earlier.Revision, later.Revision, changes, await ImpactReader.OfAsync(db, actor, ids, now, cancellation));
        }
        finally
        {
            Comparers.Release();
        }
    }

    /// <summary>What both say of one endpoint. Null when neither has it, or a revision is not to be seen.</summary>
    public async Task<IReadOnlyList<TextSection>?> TextAsync(
        Actor actor, string api, RevisionName from, RevisionName to, string key, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await Comparers.WaitAsync(cancellation);
        try
        {
            if (await FindAsync(db, actor, api, from, cancellation) is not { } earlier || await FindAsync(db, actor, api, to, cancellation) is not { } later)
                return null;
            var (before, after) = (earlier.Revision.Document, later.Revision.Document);
            return DocumentDiff.Pairs(before, after).Find(p => p.Shown.Key == key) is { } pair ? OperationText.Compare(before, after, pair) : null;
        }
        finally
        {
            Comparers.Release();
        }
    }

    /// <summary>All revisions that can be chosen, newest line and revision first.</summary>
    public async Task<IReadOnlyList<RevisionName>> NamesAsync(Actor actor, string api, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var found = await db.ApiVersions.VisibleTo(actor).Where(v => v.Api!.Name == api)
            .SelectMany(v => db.SpecRevisions.Where(r => r.ApiVersionId == v.Id).Select(r => new { v.Version, r.Number }))
            .OrderByDescending(r => r.Version.Length).ThenByDescending(r => r.Version).ThenByDescending(r => r.Number)
            .Take(MostNames).ToListAsync(cancellation);
        return found.ConvertAll(r => new RevisionName(r.Version, r.Number));
    }

    private static Problem Unknown(string api, RevisionName name, string field) =>
        new(Problem.NotFound, $"There is no revision {name} of {api} that you may see. Write it as v1.3, or v1 for the newest.", field);

    private static async Task<(Guid Line, ComparedRevision Revision)?> FindAsync(
        MarketplaceDb db, Actor actor, string api, RevisionName name, CancellationToken cancellation)
    {
        var found = await db.ApiVersions.VisibleTo(actor).Where(v => v.Api!.Name == api && v.Version == name.Version)
            .SelectMany(v => db.SpecRevisions.Where(r => r.ApiVersionId == v.Id && r.Number == (name.Number ?? v.Revision)))
            .Select(r => new { r.ApiVersionId, r.Number, r.PublishedAt, r.Document })
            .SingleOrDefaultAsync(cancellation);
        return found is null ? null : (found.ApiVersionId, new(name with { Number = found.Number }, found.PublishedAt, found.Document));
    }
}
