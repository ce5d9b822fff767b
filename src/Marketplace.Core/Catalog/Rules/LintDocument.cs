using System.Text;
using Marketplace.Core.Catalog.Documents;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Catalog.Rules.Findings;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Rules;

/// <param name="Refusals">Why publishing the document would be refused; empty when it would go through.</param>
/// <param name="Checked">Null when the document could not be read at all.</param>
public sealed record LintedDocument(IReadOnlyList<Problem> Refusals, Checked? Checked);

/// <summary>What publishing a document would find, without publishing it: for a pipeline, before merge.</summary>
public sealed class LintDocument(IDbContextFactory<MarketplaceDb> databases, Guardrails guardrails)
{
    /// <summary>After these nothing can be said of the document's contents.</summary>
    private static readonly HashSet<string> Unreadable = new(
        [
            DocumentProblemCode.Empty, DocumentProblemCode.TooLarge, DocumentProblemCode.TooDeep, DocumentProblemCode.TooManyValues, DocumentProblemCode.NotUtf8,
            DocumentProblemCode.BadText, DocumentProblemCode.NotJsonOrYaml, DocumentProblemCode.JsonSyntax, DocumentProblemCode.YamlSyntax,
            DocumentProblemCode.YamlUnsupported, DocumentProblemCode.YamlExpansion, DocumentProblemCode.DuplicateKey, DocumentProblemCode.MoreProblems,
        ],
        StringComparer.Ordinal);

    /// <summary>Why the ruleset would refuse it as the first revision of a new API; empty when it would not.</summary>
    public async Task<IReadOnlyList<Problem>> RefusalsOfFirstAsync(string team, Classification classification, SpecDocument document, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var done = await guardrails.CheckAsync(db, team, classification, Encoding.UTF8.GetBytes(document.Original), document.Format, cancellation);
        return await guardrails.RefuseAsync(db, null, done, cancellation);
    }

    /// <summary>As a revision of this line, which need not exist yet.</summary>
    public async Task<Outcome<LintedDocument>> ExecuteAsync(Actor actor, string api, string version, ReadOnlyMemory<byte> document, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var mine = db.Teams.WithMember(actor).Select(t => t.Id);
        var found = await db.Apis.AsNoTracking()
            .Where(a => a.Name == api && (actor.ReadsEverything || mine.Contains(a.TeamId))).SingleOrDefaultAsync(cancellation);
        if (found is null)
            return new Problem(Problem.NotFound, $"There is no API {api} of a team that you are in.", "api");
        if (PublishSpec.CheckVersion(version) is [var invalid])
            return invalid;
        var line = await db.ApiVersions.AsNoTracking().SingleOrDefaultAsync(v => v.ApiId == found.Id && v.Version == version, cancellation);
        using var place = await DocumentWork.EnterAsync(cancellation);
        var read = await PublishSpec.ReadAsync(document, cancellation);
        if (read.Succeeded)
        {
            var done = await guardrails.CheckAsync(db, found, read.Value, cancellation);
            return new LintedDocument(await guardrails.RefuseAsync(db, line, done, cancellation), done);
        }
        if (read.Problems.Any(p => Unreadable.Contains(p.Code)))
            return new LintedDocument(read.Problems, null);
        var bytes = document.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? document[3..] : document;
        var format = bytes.Span.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..] ? DocumentFormat.Json : DocumentFormat.Yaml;
        return new LintedDocument(read.Problems, await guardrails.CheckAsync(db, found, bytes, format, cancellation));
    }
}
