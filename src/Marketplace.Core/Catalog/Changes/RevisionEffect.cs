using Marketplace.Core.Catalog.Changes.History;
using Marketplace.Core.Catalog.Changes.Reach;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Changes;

/// <summary>What a candidate does to a line: its changes against the newest revision, and whom they hit.</summary>
public sealed record RevisionEffect(DocumentChanges Changes, Impact Impact)
{
    /// <summary>Null when there is no document to compare with: the first revision of a line costs nothing.</summary>
    internal static async Task<RevisionEffect?> OfAsync(
        MarketplaceDb db, Actor actor, Guid versionId, int newest, string candidate, IReadOnlyList<OperationPair> pairs, DateTimeOffset now,
        CancellationToken cancellation)
    {
        if (newest == 0)
            return null;
        var before = await db.SpecRevisions.Where(r => r.ApiVersionId == versionId && r.Number == newest).Select(r => r.Document).SingleOrDefaultAsync(cancellation);
        if (before is null)
            return null;
        var changes = DocumentDiff.Compare(before, candidate, pairs, DateOnly.FromDateTime(now.UtcDateTime));
        return new(changes, await ImpactReader.OfAsync(db, actor, [.. changes.Broken.Select(o => o.Id!.Value)], now, cancellation));
    }

    internal RevisionSummary Summary(Guid revision, string? reason) => new()
    {
        SpecRevisionId = revision,
        Verdict = Changes.Verdict,
        Breaking = Changes.Count(Kinds.Verdict.Breaking),
        Dangerous = Changes.Count(Kinds.Verdict.Dangerous),
        Compatible = Changes.Count(Kinds.Verdict.Compatible),
        Changes = ToldChange.Write(Changes.All),
        Applications = Impact.Applications,
        Teams = Impact.Teams,
        OverrideReason = Changes.Breaks ? reason : null,
    };

    /// <summary>What those are told who hold grants on what broke; null when nobody does.</summary>
    internal Message? News(string line, int revision, string? reason, string link)
    {
        if (Impact.Operations.Count == 0)
            return null;
        const int named = 5;
        var keys = Impact.Operations.Take(named).Select(o => $"{o.Method} {o.Path}");
        var more = Impact.Operations.Count > named ? $" and {Impact.Operations.Count - named} more" : "";
        var why = reason is null ? "" : $"\nWhy: {reason}";
        return new(
            NotificationKind.BreakingRevision, $"{line} has changed in a way that can break your calls",
            $"Revision {revision} changes {string.Join(", ", keys)}{more}, for which your team holds grants. See what is different and adapt your application.{why}",
            link);
    }
}
