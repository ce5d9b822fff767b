using Marketplace.Contracts.Rest;
using Marketplace.Core.Catalog.Changes;
using Marketplace.Core.Catalog.Changes.History;
using Marketplace.Core.Catalog.Changes.Kinds;
using Marketplace.Core.Catalog.Changes.Reach;
using Marketplace.Core.Data;

namespace Marketplace.Portal.Catalog.Changes;

/// <summary>Changes as the REST API tells them.</summary>
internal static class ChangeBodies
{
    private const int MostListed = 1000;

    public static ComparisonBody Of(string api, string? from, string to, DocumentChanges changes, Impact impact, string? nextVersion) => new(
        api, from, to, changes.Breaks, StoredEnum.ToWord(changes.Verdict),
        new(changes.Count(Verdict.Breaking), changes.Count(Verdict.Dangerous), changes.Count(Verdict.Compatible)),
        [.. changes.All.Take(MostListed).Select(ToldChange.Of).Select(Of)], Of(impact), nextVersion);

    public static ChangelogEntryBody Of(ChangelogEntry entry) => new(
        entry.Version, entry.Number, entry.Title, entry.DocumentVersion, entry.Operations, entry.PublishedAt, entry.PublishedBy,
        entry.Verdict is { } verdict ? StoredEnum.ToWord(verdict) : null, new(entry.Breaking, entry.Dangerous, entry.Compatible),
        entry.Applications, entry.Teams, entry.OverrideReason, [.. entry.Changes.Select(Of)]);

    private static ChangeBody Of(ToldChange change) => new(
        change.Kind, StoredEnum.ToWord(change.Verdict), change.Sentence, change.Pointer, change.InEarlier,
        [.. change.Operations.Select(o => new ChangedOperationBody(o.Key, o.Method, o.Path))], change.Touches);

    private static AffectedBody Of(Impact impact) => new(
        impact.Applications, impact.Teams,
        [.. impact.Operations.Select(o => new AffectedOperationBody(o.Key, o.Method, o.Path, o.Applications, o.Teams, o.Environments, o.Calling))],
        [.. impact.Consumers.Select(c => new AffectedConsumerBody(c.ClientId, c.Application, c.Team, c.Environment, c.Operations, c.LastCalledAt))], impact.Calling);
}
