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

    /// <summary>Why publishing it as the first revision of a new API would be refused; empty when it would not.</summary>
    public async Task<IReadOnlyList<Problem>> RefusalsOfFirstAsync(
        string team, string version, Classification classification, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        using var place = await DocumentWork.Publishing.EnterAsync(cancellation);
        var read = SpecReader.Read(bytes);
        List<Problem> problems = [.. PublishTarget.CheckVersion(version), .. read.Problems];
        if (problems.Count > 0)
            return problems;
        var document = read.Value!;
        var done = await guardrails.CheckAsync(db, team, classification, Encoding.UTF8.GetBytes(document.Original), document.Format, cancellation);
        return await guardrails.RefuseAsync(db, null, done, cancellation);
    }

    /// <summary>Why it would be refused whatever the document is.</summary>
    public async Task<IReadOnlyList<Problem>> RefusalsAsync(Actor actor, string name, string version, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return (await FindAsync(db, actor, name, version, cancellation)).Problems;
    }

    /// <summary>As a revision of this line, which need not exist yet.</summary>
    public async Task<Outcome<LintedDocument>> ExecuteAsync(Actor actor, string name, string version, ReadOnlyMemory<byte> document, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var api = await FindAsync(db, actor, name, version, cancellation);
        if (!api.Succeeded)
            return api.Failed<LintedDocument>();
        var found = api.Value;
        var line = await db.ApiVersions.AsNoTracking().SingleOrDefaultAsync(v => v.ApiId == found.Id && v.Version == version, cancellation);
        using var place = await DocumentWork.Asking.EnterAsync(cancellation);
        var read = SpecReader.Read(document);
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

    private static async Task<Outcome<Api>> FindAsync(MarketplaceDb db, Actor actor, string name, string version, CancellationToken cancellation)
    {
        var mine = db.Teams.WithMember(actor).Select(t => t.Id);
        var api = await db.Apis.AsNoTracking().Where(a => a.Name == name && (actor.ReadsEverything || mine.Contains(a.TeamId))).SingleOrDefaultAsync(cancellation);
        if (api is null)
            return new Problem(Problem.NotFound, $"There is no API {name} of a team that you are in.", "api");
        return PublishTarget.CheckVersion(version) is [var invalid] ? invalid : api;
    }
}
