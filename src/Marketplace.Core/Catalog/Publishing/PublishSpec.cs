using Marketplace.Core.Access.Approval.Deciding;
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

/// <summary>A document becomes the newest revision of a line: operations, audit event and policy revision in one transaction.</summary>
public sealed class PublishSpec(IDbContextFactory<MarketplaceDb> databases, Guardrails guardrails, RerouteRequests reroute, TimeProvider clock)
{
    /// <summary>Why it would be refused whatever the document is; empty when it would not. Cheap: ask before taking the document in.</summary>
    public async Task<IReadOnlyList<Problem>> RefusalsAsync(Actor actor, PublishSpecInput input, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return (await PublishTarget.FindAsync(db, actor, input, cancellation)).Problems;
    }

    public async Task<Outcome<PublishedSpec>> ExecuteAsync(Actor actor, PublishSpecInput input, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var found = await PublishTarget.FindAsync(db, actor, input, cancellation);
        if (!found.Succeeded)
            return found.Failed<PublishedSpec>();
        var (api, line) = found.Value;
        var judged = await JudgeAsync(db, api, line, input.Document, cancellation);
        if (!judged.Succeeded)
            return judged.Failed<PublishedSpec>();
        var (document, findings) = judged.Value;
        if (findings is null)
            return new PublishedSpec(api.Name, line!.Version, line.Revision, true, document.Operations.Count, 0, 0, 0, PublishWarnings.Of(document, line), null);
        try
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
            var held = await found.Value.HoldAsync(db, actor, input, cancellation);
            var stored = held.Succeeded ? await StoreAsync(db, actor, held.Value, input, document, findings, cancellation) : held.Failed<PublishedSpec>();
            if (stored.Succeeded)
                await transaction.CommitAsync(cancellation);
            return stored;
        }
        catch (DbUpdateException e) when (e is DbUpdateConcurrencyException || e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // Two who open the same line at once: there was no row to hold.
            return PublishTarget.Overtaken(input);
        }
    }

    /// <returns>Without findings when the line's newest revision has the same bytes.</returns>
    private async Task<Outcome<(SpecDocument Document, Checked? Findings)>> JudgeAsync(
        MarketplaceDb db, Api api, ApiVersion? line, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        using var place = await DocumentWork.Publishing.EnterAsync(cancellation);
        var read = SpecReader.Read(bytes);
        if (!read.Succeeded)
            return read.Failed<(SpecDocument, Checked?)>();
        var document = read.Value;
        if (line is not null && await db.SpecRevisions.AnyAsync(r => r.ApiVersionId == line.Id && r.Number == line.Revision && r.Sha256 == document.Sha256, cancellation))
            return (document, null);
        var findings = await guardrails.CheckAsync(db, api, document, cancellation);
        return await guardrails.RefuseAsync(db, line, findings, cancellation) is { Count: > 0 } refused ? refused : (document, findings);
    }

    private async Task<Outcome<PublishedSpec>> StoreAsync(
        MarketplaceDb db, Actor actor, PublishTarget target, PublishSpecInput input, SpecDocument document, Checked findings, CancellationToken cancellation)
    {
        var (now, api) = (clock.GetUtcNow(), target.Api);
        var line = target.Line ?? db.Add(await ApiLine.NewAsync(db, api, input.Version, document.BasePath, now, cancellation)).Entity;
        var (revision, lifecycle, reason) = (++line.Revision, line.Lifecycle, BreakingGuard.ReasonOf(input.OverrideReason));
        if (line.Lifecycle is Lifecycle.Draft && !input.AsDraft)
            line.Lifecycle = Lifecycle.Published;
        await db.SaveChangesAsync(cancellation);

        var known = await db.Operations.AsNoTracking().Where(o => o.ApiVersionId == line.Id).ToListAsync(cancellation);
        var (plan, pairs) = OperationPair.Of(line.Id, known, document.Operations, revision, line.NextBitIndex);
        if (plan.Problems.Count > 0)
            return plan.Problems;
        var effect = await RevisionEffect.OfAsync(db, actor, line.Id, revision - 1, document.Json, pairs, now, cancellation);
        if (effect is not null && BreakingGuard.Refusals(effect, api.Name, line.Version, await NextLine.OfAsync(db, api.Id, cancellation), lifecycle, reason) is { Count: > 0 } refused)
            return refused;
        line.NextBitIndex = plan.NextBitIndex;
        var stored = SpecRevision.Of(line.Id, revision, api.Title, document, actor, now);
        db.Add(stored);
        if (effect is not null)
            db.Add(effect.Summary(stored.Id, reason));
        await db.SaveChangesAsync(cancellation);
        await OperationWriter.WriteAsync(db, line.Id, plan, revision, cancellation);
        await FindingWriter.WriteAsync(db, stored.Id, line.Id, revision, findings, cancellation);
        // A draft is its team's own, and so is what breaks in it.
        if (line.Lifecycle is not Lifecycle.Draft)
            await RevisionNews.TellAsync(db, now, actor, api, line, plan, lifecycle is Lifecycle.Draft ? null : effect, reason, cancellation);
        await AuditLog.AppendAsync(db, now, actor, Entry(api, line, document, plan, effect, reason), cancellation);
        // Tags and deprecation are what rules of approval go by.
        if (plan.Changed.Count + plan.Returned.Count > 0)
            await reroute.ExecuteAsync(db, actor, api, new($"Revision {revision} of {api.Title} {line.Version} was published", revision - 1, revision), now, cancellation);
        var policy = await PolicyLog.AppendAsync(db, now, [new(PolicyChangeKind.Published, line.Id)], cancellation);
        return new PublishedSpec(
            api.Name, line.Version, revision, false, document.Operations.Count, plan.Added.Count, plan.Changed.Count, plan.Removed.Count,
            PublishWarnings.Of(document, line), policy, findings.Score, effect);
    }

    private static AuditEntry Entry(Api api, ApiVersion line, SpecDocument document, OperationPlan plan, RevisionEffect? effect, string? reason) => new(
        "spec.published", "api_version", line.Id.ToString(), $"{api.Name} {line.Version}", effect?.Changes.Breaks == true ? reason : null,
        new
        {
            before = new { revision = line.Revision - 1 },
            after = new { revision = line.Revision },
            sha256 = Convert.ToHexStringLower(document.Sha256),
            operations = document.Operations.Count,
            added = plan.Added.Count,
            changed = plan.Changed.Count,
            returned = plan.Returned.Count,
            removed = plan.Removed.Count,
            breaking = effect?.Changes.Count(Verdict.Breaking) ?? 0,
        });
}
