using System.Text.RegularExpressions;
using Marketplace.Core.Audit;
using Marketplace.Core.Catalog.Changes;
using Marketplace.Core.Catalog.Changes.Kinds;
using Marketplace.Core.Catalog.Documents;
using Marketplace.Core.Catalog.Rules;
using Marketplace.Core.Catalog.Rules.Findings;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Core.Policy;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Core.Catalog.Publishing;

/// <param name="Api">The API's name.</param>
/// <param name="Version">The major line, such as <c>v1</c>; it is made when it does not exist yet.</param>
/// <param name="Document">OpenAPI 2.0 to 3.2 in JSON or YAML.</param>
/// <param name="BasedOn">The revision that the publisher has seen; another one by now is a conflict. Null to publish on whatever is newest.</param>
/// <param name="AsDraft">A new line stays a draft, seen by its team only.</param>
/// <param name="OverrideReason">Why it may break a line that others rely on; without it such a revision is refused.</param>
public sealed record PublishSpecInput(
    string Api, string Version, ReadOnlyMemory<byte> Document, int? BasedOn = null, bool AsDraft = false, string? OverrideReason = null);

/// <param name="Api">The API's name.</param>
/// <param name="Version">The line.</param>
/// <param name="Revision">Its newest revision now.</param>
/// <param name="Unchanged">The same bytes were published before: there is no new revision.</param>
/// <param name="Operations">Published now.</param>
/// <param name="Added">New ones; nobody is granted them yet.</param>
/// <param name="Changed">Known ones whose path, text or tags changed.</param>
/// <param name="Removed">Gone from the document.</param>
/// <param name="Warnings">What was accepted and may surprise.</param>
/// <param name="PolicyRevision">Null when nothing changed.</param>
/// <param name="Score">By the rules that hold for it; null when nothing changed.</param>
/// <param name="Effect">Against the revision before; null for the first.</param>
public sealed record PublishedSpec(
    string Api, string Version, int Revision, bool Unchanged, int Operations, int Added, int Changed, int Removed,
    IReadOnlyList<Problem> Warnings, long? PolicyRevision, Score? Score = null, RevisionEffect? Effect = null);

/// <summary>A document becomes the newest revision of a line: operations, audit event and policy revision in one transaction.</summary>
public sealed partial class PublishSpec(IDbContextFactory<MarketplaceDb> databases, Guardrails guardrails, TimeProvider clock)
{
    /// <summary>Of the document itself: enough for searching.</summary>
    private const int LongestDescription = 3_000;

    // One document may cost hundreds of megabytes while it is read: a crowd of publishers queues instead.
    private static readonly SemaphoreSlim Readers = new(2);

    public async Task<Outcome<PublishedSpec>> ExecuteAsync(Actor actor, PublishSpecInput input, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var api = await db.Apis.AsNoTracking().WithOwner(actor).SingleOrDefaultAsync(a => a.Name == input.Api, cancellation);
        if (api is null)
            return new Problem(Problem.NotFound, $"There is no API {input.Api} that you may publish to: only owners of its team may.", "api");
        if (CheckVersion(input.Version) is [var invalid])
            return invalid;
        if (BreakingGuard.Check(input.OverrideReason) is { } unreasoned)
            return unreasoned;
        var version = await db.ApiVersions.AsNoTracking().SingleOrDefaultAsync(v => v.ApiId == api.Id && v.Version == input.Version, cancellation);
        if (version?.Lifecycle is Lifecycle.Retired)
            return new Problem("version_retired", $"{api.Name} {version.Version} is retired. Publish under a new version.", "version");
        if (input.BasedOn is { } seen && seen != (version?.Revision ?? 0))
            return Overtaken(api, input.Version);

        var read = await ReadAsync(input.Document, cancellation);
        if (!read.Succeeded)
            return read.Failed<PublishedSpec>();
        var document = read.Value;
        if (version is not null && await IsNewestAsync(db, version, document, cancellation))
            return new PublishedSpec(api.Name, version.Version, version.Revision, true, document.Operations.Count, 0, 0, 0, PublishWarnings.Of(document, version), null);
        var found = await guardrails.CheckAsync(db, api, document, cancellation);
        if (await guardrails.RefuseAsync(db, version, found, cancellation) is { Count: > 0 } refused)
            return refused;
        try
        {
            return await StoreAsync(db, actor, api, version, input, document, found, cancellation);
        }
        catch (DbUpdateException e) when (e is DbUpdateConcurrencyException || e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return Overtaken(api, input.Version);
        }
    }

    private async Task<Outcome<PublishedSpec>> StoreAsync(
        MarketplaceDb db, Actor actor, Api api, ApiVersion? version, PublishSpecInput input, SpecDocument document, Checked found,
        CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (version is null)
            db.Add(version = await ApiLine.NewAsync(db, api, input.Version, document.BasePath, now, cancellation));
        else
            db.Attach(version);
        var (revision, lifecycle, reason) = (++version.Revision, version.Lifecycle, BreakingGuard.ReasonOf(input.OverrideReason));
        if (version.Lifecycle is Lifecycle.Draft && !input.AsDraft)
            version.Lifecycle = Lifecycle.Published;
        // The concurrency token on the revision lets one of two publishers through; its row stays locked from here on.
        await db.SaveChangesAsync(cancellation);

        var known = await db.Operations.AsNoTracking().Where(o => o.ApiVersionId == version.Id).ToListAsync(cancellation);
        var (plan, pairs) = OperationPair.Of(version.Id, known, document.Operations, revision, version.NextBitIndex);
        if (plan.Problems.Count > 0)
            return plan.Problems;
        var effect = await RevisionEffect.OfAsync(db, actor, version.Id, revision - 1, document.Json, pairs, now, cancellation);
        if (effect is not null && BreakingGuard.Refusals(effect, api.Name, version.Version, await NextLine.OfAsync(db, api.Id, cancellation), lifecycle, reason) is { Count: > 0 } refused)
            return refused;
        version.NextBitIndex = plan.NextBitIndex;
        var stored = RevisionOf(version.Id, revision, api, document, actor, now);
        db.Add(stored);
        if (effect is not null)
            db.Add(effect.Summary(stored.Id, reason));
        await db.SaveChangesAsync(cancellation);
        await OperationWriter.WriteAsync(db, version.Id, plan, revision, cancellation);
        await RevisionNews.TellAsync(db, now, actor, api, version, plan, cancellation);
        await FindingWriter.WriteAsync(db, stored.Id, version.Id, revision, found, cancellation);
        if (effect is not null && lifecycle is not Lifecycle.Draft)
            await effect.TellAsync(db, now, actor, api, version.Version, revision, reason, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                "spec.published", "api_version", version.Id.ToString(), $"{api.Name} {version.Version}", effect?.Changes.Breaks == true ? reason : null,
                new
                {
                    revision,
                    sha256 = Convert.ToHexStringLower(document.Sha256),
                    operations = document.Operations.Count,
                    added = plan.Added.Count,
                    changed = plan.Changed.Count,
                    returned = plan.Returned.Count,
                    removed = plan.Removed.Count,
                    breaking = effect?.Changes.Count(Verdict.Breaking) ?? 0,
                }),
            cancellation);
        var policy = await PolicyLog.AppendAsync(db, now, [new(PolicyChangeKind.Published, version.Id)], cancellation);
        await transaction.CommitAsync(cancellation);
        return new PublishedSpec(
            api.Name, version.Version, revision, false, document.Operations.Count, plan.Added.Count, plan.Changed.Count, plan.Removed.Count,
            PublishWarnings.Of(document, version), policy, found.Score, effect);
    }

    public static IReadOnlyList<Problem> CheckVersion(string version) => Line().IsMatch(version)
        ? []
        : [new("version_invalid", "Name the version v and a number, such as v1: it is the major line.", "version")];

    /// <summary>Reads a document as publishing it would, and stores nothing.</summary>
    public static async Task<Outcome<SpecDocument>> ReadAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await Readers.WaitAsync(cancellation);
        try
        {
            return SpecReader.Read(bytes);
        }
        finally
        {
            Readers.Release();
        }
    }

    private static Task<bool> IsNewestAsync(MarketplaceDb db, ApiVersion version, SpecDocument document, CancellationToken cancellation) =>
        db.SpecRevisions.AnyAsync(r => r.ApiVersionId == version.Id && r.Number == version.Revision && r.Sha256 == document.Sha256, cancellation);

    private static SpecRevision RevisionOf(Guid versionId, int number, Api api, SpecDocument document, Actor actor, DateTimeOffset now) => new()
    {
        ApiVersionId = versionId,
        Number = number,
        Title = document.Title.Length > 0 ? document.Title : api.Title,
        Description = document.Description.Length > LongestDescription ? document.Description[..LongestDescription] : document.Description,
        DocumentVersion = document.Version,
        Openapi = document.OpenApiVersion,
        Format = document.Format,
        Original = document.Original,
        Document = document.Json,
        Sha256 = document.Sha256,
        OperationCount = document.Operations.Count,
        PublishedBy = actor.Id,
        PublishedAt = now,
    };

    private static Problem Overtaken(Api api, string version) => new(
        Problem.Conflict, $"Somebody else has just published {api.Name} {version}. Look at the newest revision and publish again.", "document");

    [GeneratedRegex(@"^v[0-9]{1,4}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Line();
}
