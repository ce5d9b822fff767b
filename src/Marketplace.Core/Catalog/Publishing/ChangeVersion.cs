using Marketplace.Core.Access;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Marketplace.Core.Policy;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Core.Catalog.Publishing;

/// <param name="Api">The API's name.</param>
/// <param name="Version">The line.</param>
/// <param name="Lifecycle">Where it shall stand.</param>
/// <param name="SunsetAt">When a deprecated line ends.</param>
/// <param name="BasePath">Prefix of every path; empty for none.</param>
/// <param name="Audiences">URI per environment; those left out stay.</param>
/// <param name="Successor">The line that takes its place when it is deprecated or retired; null for none.</param>
/// <param name="Reason">Why, for those who rely on it.</param>
/// <param name="Servers">Where it is served per environment, empty for nowhere; those left out stay.</param>
public sealed record ChangeVersionInput(
    string Api, string Version, Lifecycle Lifecycle, DateTimeOffset? SunsetAt, string BasePath, IReadOnlyDictionary<string, string>? Audiences = null,
    LineName? Successor = null, string? Reason = null, IReadOnlyDictionary<string, string>? Servers = null);

/// <summary>A line by its names, such as <c>payments</c> v2.</summary>
public sealed record LineName(string Api, string Version);

/// <summary>
/// An owner moves a line through its lifecycle, or corrects where it is served. Consumers are told, a retired line's
/// grants end, and data planes learn of it, all in one transaction.
/// </summary>
public sealed class ChangeVersion(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public async Task<Outcome<ApiVersion>> ExecuteAsync(Actor actor, ChangeVersionInput input, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await Held.ForChangeAsync(db, input.Api, input.Version, cancellation);
        var apis = db.Apis.WithOwner(actor).Where(a => a.Name == input.Api).Select(a => a.Id);
        var version = await db.ApiVersions.Include(v => v.Audiences).Include(v => v.Api)
            .SingleOrDefaultAsync(v => apis.Contains(v.ApiId) && v.Version == input.Version, cancellation);
        if (version is null)
            return new Problem(Problem.NotFound, $"There is no {input.Api} {input.Version} that you may change: only owners of its team may.", "version");
        var now = clock.GetUtcNow();
        var consumers = await ConsumerReader.CountsAsync(db, version.Id, now, cancellation);
        var ends = input.Lifecycle is Lifecycle.Deprecated or Lifecycle.Retired;
        var successor = ends && input.Successor is { } named ? await OpenLineAsync(db, named, cancellation) : null;
        List<Problem> problems = [.. LifecycleRules.Check(version, input, consumers, now), .. PlaceRules.Check(version, input)];
        if (ends && input.Successor is not null && (successor is null || successor.Id == version.Id))
            problems.Add(new("successor_unknown", "Name another version that is published, such as payments/v2.", "successor"));
        if (problems.Count > 0)
            return problems;

        var (before, state) = (Facts(version), LineState.Of(version));
        Move(version, input, successor?.Id, now);
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return new Problem("audience_taken", "Another version or environment has this audience already; each needs its own.", "audiences");
        }
        var title = $"{version.Api!.Title} {version.Version}";
        var retirement = input.Lifecycle is Lifecycle.Retired ? await Retirement.OfAsync(db, version, cancellation) : null;
        // Before the grants end: by them we know whom it concerns.
        if (LifecycleNews.Of(title, $"/apis/{input.Api}/{input.Version}", state, version, successor?.Title, input.Reason) is { } news)
            await Inbox.TellAsync(
                db, now, actor, news,
                new() { ConsumersOfVersions = [version.Id], SubscribersOfApis = [version.ApiId], Teams = retirement?.TeamsThatWait ?? [] }, cancellation);
        var denied = retirement is null ? 0 : await retirement.EndAsync(db, $"{title} was retired.", actor, now, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                retirement is null ? "api_version.changed" : "api_version.retired", "api_version", version.Id.ToString(), $"{input.Api} {version.Version}",
                string.IsNullOrWhiteSpace(input.Reason) ? null : input.Reason.Trim(),
                new { before, after = Facts(version), ended = retirement is null ? null : new { consumers.Applications, consumers.Teams, consumers.Grants, requests = denied } }),
            cancellation);
        // One change is enough for any number of grants: planes drop whatever belongs to a line that is not open.
        await PolicyLog.AppendAsync(db, now, [new(PolicyChangeKind.Published, version.Id)], cancellation);
        await transaction.CommitAsync(cancellation);
        return version;
    }

    private static void Move(ApiVersion version, ChangeVersionInput input, Guid? successor, DateTimeOffset now)
    {
        var ends = input.Lifecycle is Lifecycle.Deprecated or Lifecycle.Retired;
        version.DeprecatedAt = ends ? version.DeprecatedAt ?? now : null;
        version.RetiredAt = input.Lifecycle is Lifecycle.Retired ? now : null;
        // What was promised stays on record when the line is retired.
        version.SunsetAt = input.Lifecycle is Lifecycle.Retired ? version.SunsetAt : ends ? input.SunsetAt?.ToUniversalTime() : null;
        version.SuccessorId = input.Lifecycle is Lifecycle.Retired ? successor ?? version.SuccessorId : successor;
        (version.Lifecycle, version.BasePath) = (input.Lifecycle, input.BasePath.TrimEnd('/'));
        foreach (var audience in version.Audiences)
        {
            audience.Uri = input.Audiences?.GetValueOrDefault(audience.Environment) ?? audience.Uri;
            if (input.Servers?.GetValueOrDefault(audience.Environment) is { } server)
                audience.Server = server.Trim().TrimEnd('/') is { Length: > 0 } given ? given : null;
        }
    }

    private static Task<NamedLine?> OpenLineAsync(MarketplaceDb db, LineName name, CancellationToken cancellation) => db.ApiVersions
        .Where(v => v.Api!.Name == name.Api && v.Version == name.Version && v.Lifecycle == Lifecycle.Published)
        .Select(v => new NamedLine(v.Id, v.Api!.Title + " " + v.Version)).SingleOrDefaultAsync(cancellation);

    private static object Facts(ApiVersion version) => new
    {
        lifecycle = StoredEnum.ToWord(version.Lifecycle),
        sunset_at = version.SunsetAt,
        successor = version.SuccessorId,
        base_path = version.BasePath,
        audiences = version.Audiences.OrderBy(a => a.Environment, StringComparer.Ordinal).Select(a => a.Uri).ToArray(),
        servers = version.Audiences.OrderBy(a => a.Environment, StringComparer.Ordinal).Select(a => a.Server).ToArray(),
    };

    private sealed record NamedLine(Guid Id, string Title);
}
