using Marketplace.Core.Catalog.Documents;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Changes;

/// <param name="Revision">The revision that was compared with.</param>
/// <param name="NextLine">The name under which it could be published beside.</param>
/// <param name="Effect">Null when the line has no revision yet.</param>
public sealed record Comparison(string Api, string Version, int Revision, Lifecycle Lifecycle, string NextLine, RevisionEffect? Effect)
{
    public bool Breaks => Effect?.Changes.Breaks ?? false;

    /// <summary>Publishing it would be refused without a reason.</summary>
    public bool NeedsReason => Breaks && Lifecycle is not Lifecycle.Draft;
}

/// <summary>Judges a candidate as publishing it would, and stores nothing: a pipeline's gate, a person's preview.</summary>
public sealed class CompareSpec(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <summary>Why it would be refused whatever the document is.</summary>
    public async Task<IReadOnlyList<Problem>> RefusalsAsync(Actor actor, string api, string version, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await Seen(db, actor, api, version).AnyAsync(cancellation) ? [] : [Unknown(api, version)];
    }

    public async Task<Outcome<Comparison>> ExecuteAsync(Actor actor, string api, string version, ReadOnlyMemory<byte> candidate, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var line = await Seen(db, actor, api, version).AsNoTracking().SingleOrDefaultAsync(cancellation);
        if (line is null)
            return Unknown(api, version);
        using var place = await DocumentWork.Asking.EnterAsync(cancellation);
        var read = SpecReader.Read(candidate);
        if (!read.Succeeded)
            return read.Failed<Comparison>();
        var known = await db.Operations.AsNoTracking().Where(o => o.ApiVersionId == line.Id).ToListAsync(cancellation);
        var (plan, pairs) = OperationPair.Of(line.Id, known, read.Value.Operations, line.Revision + 1, line.NextBitIndex);
        if (plan.Problems.Count > 0)
            return plan.Problems;
        var effect = await RevisionEffect.OfAsync(db, actor, line.Id, line.Revision, read.Value.Json, pairs, clock.GetUtcNow(), cancellation);
        return new Comparison(api, version, line.Revision, line.Lifecycle, await NextLine.OfAsync(db, line.ApiId, cancellation), effect);
    }

    private static IQueryable<ApiVersion> Seen(MarketplaceDb db, Actor actor, string api, string version) =>
        db.ApiVersions.VisibleTo(actor).Where(v => v.Api!.Name == api && v.Version == version);

    private static Problem Unknown(string api, string version) => new(Problem.NotFound, $"There is no {api} {version} that you may see.", "version");
}
