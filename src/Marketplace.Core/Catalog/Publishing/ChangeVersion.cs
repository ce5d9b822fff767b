using Marketplace.Core.Audit;
using Marketplace.Core.Catalog.Documents;
using Marketplace.Core.Data;
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
public sealed record ChangeVersionInput(
    string Api, string Version, Lifecycle Lifecycle, DateTimeOffset? SunsetAt, string BasePath, IReadOnlyDictionary<string, string>? Audiences = null);

/// <summary>An owner moves a line through its lifecycle, or corrects where it is served. Data planes learn of it.</summary>
public sealed class ChangeVersion(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public async Task<Outcome<ApiVersion>> ExecuteAsync(Actor actor, ChangeVersionInput input, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var apis = db.Apis.WithOwner(actor).Where(a => a.Name == input.Api).Select(a => a.Id);
        var version = await db.ApiVersions.Include(v => v.Audiences)
            .SingleOrDefaultAsync(v => apis.Contains(v.ApiId) && v.Version == input.Version, cancellation);
        if (version is null)
            return new Problem(Problem.NotFound, $"There is no {input.Api} {input.Version} that you may change: only owners of its team may.", "version");
        var now = clock.GetUtcNow();
        var problems = Check(version, input, now);
        if (problems.Count > 0)
            return problems;

        var before = Facts(version);
        (version.Lifecycle, version.BasePath) = (input.Lifecycle, input.BasePath.TrimEnd('/'));
        version.SunsetAt = input.Lifecycle is Lifecycle.Deprecated or Lifecycle.Retired ? input.SunsetAt?.ToUniversalTime() : null;
        foreach (var audience in version.Audiences)
            audience.Uri = input.Audiences?.GetValueOrDefault(audience.Environment) ?? audience.Uri;
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return new Problem("audience_taken", "Another version or environment has this audience already; each needs its own.", "audiences");
        }
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                "api_version.changed", "api_version", version.Id.ToString(), $"{input.Api} {version.Version}", null, new { before, after = Facts(version) }),
            cancellation);
        await PolicyLog.AppendAsync(db, now, [new(PolicyChangeKind.Published, version.Id)], cancellation);
        await transaction.CommitAsync(cancellation);
        return version;
    }

    private static List<Problem> Check(ApiVersion version, ChangeVersionInput input, DateTimeOffset now)
    {
        var problems = new List<Problem>();
        if (!Enum.IsDefined(input.Lifecycle))
            problems.Add(new("lifecycle_unknown", "Choose draft, published, deprecated or retired.", "lifecycle"));
        else if (input.Lifecycle is Lifecycle.Draft && version.Lifecycle is not Lifecycle.Draft)
            problems.Add(new("lifecycle_backwards", "What was published cannot be a draft again; retire it instead.", "lifecycle"));
        else if (input.Lifecycle is not Lifecycle.Draft && version.Revision == 0)
            problems.Add(new("lifecycle_no_document", "Publish a document first.", "lifecycle"));
        if (input.Lifecycle is Lifecycle.Deprecated && !(input.SunsetAt > now))
            problems.Add(new("sunset_missing", "Say until when consumers can rely on it: a date in the future.", "sunsetAt"));
        if (!BasePath.IsValid(input.BasePath))
            problems.Add(new("base_path_invalid", "Write the base path as /segments without variables, query, encoded characters or dots; leave it empty for none.", "basePath"));
        foreach (var (environment, uri) in input.Audiences ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            if (version.Audiences.All(a => a.Environment != environment))
                problems.Add(new("environment_unknown", $"There is no environment {environment}.", "audiences"));
            // RFC 8707 §2: an absolute URI without a fragment.
            if (uri.Length > 300 || !Uri.TryCreate(uri, UriKind.Absolute, out var parsed) || parsed.Fragment.Length > 0 || uri.Any(c => c is <= ' ' or > '~' or '#'))
                problems.Add(new("audience_invalid", $"The audience for {environment} must be an absolute URI without fragment, such as urn:bank:payments.", "audiences"));
            // Given to every line when it is made: whoever took another's would keep that line from being made.
            else if (uri.StartsWith(ApiLine.AudiencePrefix, StringComparison.OrdinalIgnoreCase) && uri != ApiLine.AudienceOf(input.Api, version.Version, environment))
                problems.Add(new("audience_reserved", $"{ApiLine.AudiencePrefix} is for the marketplace's own audiences; for {environment} it may be {ApiLine.AudienceOf(input.Api, version.Version, environment)}.", "audiences"));
        }
        return problems;
    }

    private static object Facts(ApiVersion version) => new
    {
        lifecycle = StoredEnum.ToWord(version.Lifecycle),
        sunset_at = version.SunsetAt,
        base_path = version.BasePath,
        audiences = version.Audiences.OrderBy(a => a.Environment, StringComparer.Ordinal).Select(a => a.Uri).ToArray(),
    };
}
