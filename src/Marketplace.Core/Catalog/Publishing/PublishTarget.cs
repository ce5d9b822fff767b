using System.Text.RegularExpressions;
using Marketplace.Core.Catalog.Changes;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Publishing;

/// <summary>Where a document goes. It is looked for twice: before the document costs anything, and with its rows held.</summary>
/// <param name="Api">Owned by a team of the publisher.</param>
/// <param name="Line">Null when the document opens it.</param>
public sealed partial record PublishTarget(Api Api, ApiVersion? Line)
{
    public int Revision => Line?.Revision ?? 0;

    internal static async Task<Outcome<PublishTarget>> FindAsync(MarketplaceDb db, Actor actor, PublishSpecInput input, CancellationToken cancellation)
    {
        var api = await db.Apis.AsNoTracking().WithOwner(actor).SingleOrDefaultAsync(a => a.Name == input.Api, cancellation);
        if (api is null)
            return new Problem(Problem.NotFound, $"There is no API {input.Api} that you may publish to: only owners of its team may.", "api");
        if (CheckVersion(input.Version) is [var invalid])
            return invalid;
        if (BreakingGuard.Check(input.OverrideReason) is { } unreasoned)
            return unreasoned;
        var line = await db.ApiVersions.SingleOrDefaultAsync(v => v.ApiId == api.Id && v.Version == input.Version, cancellation);
        if (line?.Lifecycle is Lifecycle.Retired)
            return new Problem("version_retired", $"{api.Name} {line.Version} is retired. Publish under a new version.", "version");
        var found = new PublishTarget(api, line);
        return input.BasedOn is { } seen && seen != found.Revision ? Overtaken(input) : found;
    }

    /// <summary>The same within the transaction that publishes: it has not changed hands, retired or moved on since, and will not.</summary>
    internal async Task<Outcome<PublishTarget>> HoldAsync(MarketplaceDb db, Actor actor, PublishSpecInput input, CancellationToken cancellation)
    {
        await Held.ForChangeAsync(db, input.Api, input.Version, cancellation);
        db.ChangeTracker.Clear();
        return await FindAsync(db, actor, input with { BasedOn = Revision }, cancellation);
    }

    public static IReadOnlyList<Problem> CheckVersion(string version) => Major().IsMatch(version)
        ? []
        : [new("version_invalid", "Name the version v and a number, such as v1: it is the major line.", "version")];

    internal static Problem Overtaken(PublishSpecInput input) => new(
        Problem.Conflict, $"Somebody else has just published {input.Api} {input.Version}. Look at the newest revision and publish again.", "document");

    [GeneratedRegex(@"^v[0-9]{1,4}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Major();
}
