using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;

namespace Marketplace.Core.Catalog.Publishing;

/// <summary>What subscribers are told of a new revision.</summary>
internal static class RevisionNews
{
    public static async Task TellAsync(
        MarketplaceDb db, DateTimeOffset now, Actor actor, Api api, ApiVersion version, OperationPlan plan, CancellationToken cancellation)
    {
        // A draft is its team's own.
        if (version.Lifecycle is Lifecycle.Draft)
            return;
        var (line, link) = ($"{api.Title} {version.Version}", $"/apis/{api.Name}/{version.Version}");
        var counts = new[] { ("added", plan.Added.Count + plan.Returned.Count), ("changed", plan.Changed.Count - plan.Returned.Count), ("removed", plan.Removed.Count) }
            .Where(c => c.Item2 > 0).Select(c => $"{c.Item1}: {c.Item2}").ToList();
        var text = counts.Count == 0 ? "Its endpoints are the same; look at the document for what else changed." : $"Endpoints {string.Join(", ", counts)}.";
        await Inbox.TellAsync(
            db, now, actor,
            new(
                NotificationKind.RevisionPublished, version.Revision == 1 ? $"{line} is published" : $"{line} has a new revision, number {version.Revision}", text,
                version.Revision == 1 ? link : $"/apis/{api.Name}/compare?from={version.Version}.{version.Revision - 1}&to={version.Version}.{version.Revision}"),
            new() { SubscribersOfApis = [api.Id] }, cancellation);
    }
}
