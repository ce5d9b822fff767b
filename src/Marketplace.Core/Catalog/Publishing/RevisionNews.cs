using Marketplace.Core.Catalog.Changes;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;

namespace Marketplace.Core.Catalog.Publishing;

/// <summary>What consumers and subscribers are told of a new revision: one thing each.</summary>
internal static class RevisionNews
{
    /// <param name="effect">On those who rely on the line; null while nobody can.</param>
    public static async Task TellAsync(
        MarketplaceDb db, DateTimeOffset now, Actor actor, Api api, ApiVersion line, OperationPlan plan, RevisionEffect? effect, string? reason,
        CancellationToken cancellation)
    {
        var (name, link) = ($"{api.Title} {line.Version}", $"/apis/{api.Name}/{line.Version}");
        Guid[] hit = [];
        if (effect?.News(name, line.Revision, reason, CompareLink(api, line)) is { } broken)
        {
            hit = [.. effect.Impact.Operations.Select(o => o.Id)];
            await Inbox.TellAsync(db, now, actor, broken, new() { ConsumersOfOperations = hit }, cancellation);
        }

        var counts = new[] { ("added", plan.Added.Count + plan.Returned.Count), ("changed", plan.Changed.Count - plan.Returned.Count), ("removed", plan.Removed.Count) }
            .Where(c => c.Item2 > 0).Select(c => $"{c.Item1}: {c.Item2}").ToList();
        var text = counts.Count == 0 ? "Its endpoints are the same; look at the document for what else changed." : $"Endpoints {string.Join(", ", counts)}.";
        await Inbox.TellAsync(
            db, now, actor,
            line.Revision == 1
                ? new(NotificationKind.RevisionPublished, $"{name} is published", text, link)
                : new(NotificationKind.RevisionPublished, $"{name} has a new revision, number {line.Revision}", text, CompareLink(api, line)),
            new() { SubscribersOfApis = [api.Id], ButConsumersOfOperations = hit }, cancellation);
    }

    private static string CompareLink(Api api, ApiVersion line) =>
        $"/apis/{api.Name}/compare?from={line.Version}.{line.Revision - 1}&to={line.Version}.{line.Revision}";
}
