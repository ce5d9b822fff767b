using System.Text.RegularExpressions;
using Marketplace.Core.Audit;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Requests.Templates;

/// <summary>Endpoints by their keys, or a rule; both together are two sets.</summary>
public sealed record TemplatePart(string Api, string Version, IReadOnlyList<string> Operations, IReadOnlyList<string> Methods, string? Tag)
{
    public bool HasRule => Methods.Count > 0 || !string.IsNullOrEmpty(Tag);
}

public sealed record TemplateInput(string Title, string Description, IReadOnlyList<TemplatePart> Parts);

/// <summary>Owners of a team offer endpoints of its APIs as a template. Nothing is granted by it: it fills in a request.</summary>
public sealed partial class WriteTemplate(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    private const int MaximumParts = 20;
    private const int MaximumText = 2000;

    /// <summary>Publishes it, or replaces what has this name.</summary>
    public async Task<Outcome<string>> PutAsync(Actor actor, string slug, TemplateInput input, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtext('access_template'), hashtext({slug}))", cancellation);
        var (apis, versions) = (input.Parts.Select(p => p.Api).ToArray(), input.Parts.Select(p => p.Version).ToArray());
        var owned = db.Apis.WithOwner(actor).Select(a => a.Id);
        var lines = (await db.ApiVersions.Include(v => v.Api).Where(v => owned.Contains(v.ApiId) && apis.Contains(v.Api!.Name) && versions.Contains(v.Version)).ToListAsync(cancellation))
            .ToDictionary(v => (v.Api!.Name, v.Version));
        if (input.Parts.FirstOrDefault(p => !lines.ContainsKey((p.Api, p.Version))) is { } foreign)
            return new Problem(Problem.NotFound, $"There is no {foreign.Api} {foreign.Version} that you may offer: only owners of its team may.");
        var problems = Check(slug, input);
        var teams = lines.Values.Select(v => v.Api!.TeamId).Distinct().ToList();
        if (teams.Count > 1)
            problems.Add(new("template_teams", "A template is of one team: name only endpoints of its APIs.", "parts"));
        var earlier = await db.AccessTemplates.Include(t => t.Parts).SingleOrDefaultAsync(t => t.Slug == slug, cancellation);
        if (earlier is not null && !teams.Contains(earlier.TeamId))
            problems.Add(new("name_taken", $"Another team has a template {slug}; choose another name.", "name"));
        var parts = await PartsAsync(db, input, lines, problems, cancellation);
        if (problems.Count > 0)
            return problems;

        var now = clock.GetUtcNow();
        var before = earlier is null ? null : new { earlier.Title, earlier.Description, parts = earlier.Parts.Count };
        var template = earlier ?? new AccessTemplate { Slug = slug, TeamId = teams[0], Title = "", Description = "", UpdatedBy = actor.Id, UpdatedAt = now };
        if (earlier is null)
            db.Add(template);
        (template.Title, template.Description, template.UpdatedBy, template.UpdatedAt) = (input.Title.Trim(), input.Description.Trim(), actor.Id, now);
        db.RemoveRange(template.Parts);
        db.AddRange(parts.Select(p => new AccessTemplatePart
        {
            AccessTemplateId = template.Id,
            ApiVersionId = p.Line,
            OperationId = p.Operation,
            Methods = p.Methods,
            Tag = p.Tag,
        }));
        await db.SaveChangesAsync(cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry("access_template.published", "team", template.TeamId.ToString(), $"template {slug}", null, new { before, after = input }), cancellation);
        await transaction.CommitAsync(cancellation);
        return slug;
    }

    public async Task<Outcome<string>> RemoveAsync(Actor actor, string slug, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var owned = db.Teams.WithOwner(actor).Select(t => t.Id);
        var template = await db.AccessTemplates.SingleOrDefaultAsync(t => t.Slug == slug && owned.Contains(t.TeamId), cancellation);
        if (template is null || await db.AccessTemplates.Where(t => t.Id == template.Id).ExecuteDeleteAsync(cancellation) == 0)
            return new Problem(Problem.NotFound, $"There is no template {slug} of a team that you own.");
        await AuditLog.AppendAsync(
            db, clock.GetUtcNow(), actor,
            new AuditEntry("access_template.removed", "team", template.TeamId.ToString(), $"template {slug}", null, new { before = new { template.Title, template.Description }, after = (object?)null }), cancellation);
        await transaction.CommitAsync(cancellation);
        return slug;
    }

    private static List<Problem> Check(string slug, TemplateInput input)
    {
        var problems = new List<Problem>();
        if (!Name().IsMatch(slug))
            problems.Add(new("name_invalid", "Name it in lower-case letters, digits and dashes, such as read-only-accounts.", "name"));
        if (input.Title.Trim().Length is < 3 or > 100)
            problems.Add(new("title_length", "Title it in 3 to 100 characters.", "title"));
        if (input.Description.Length > MaximumText)
            problems.Add(new("description_length", $"Describe it in at most {MaximumText} characters.", "description"));
        if (input.Parts.Count is 0 or > MaximumParts || input.Parts.Any(p => p.Operations.Count == 0 && !p.HasRule))
            problems.Add(new("parts_missing", "Name endpoints, methods or a tag, of at most 20 versions.", "parts"));
        if (input.Parts.Sum(p => p.Operations.Count) > SubmitAccessRequest.MaximumOperations)
            problems.Add(new("operations_too_many", $"A template has at most {SubmitAccessRequest.MaximumOperations} endpoints.", "parts"));
        return problems;
    }

    private static async Task<List<(Guid Line, Guid? Operation, string[]? Methods, string? Tag)>> PartsAsync(
        MarketplaceDb db, TemplateInput input, Dictionary<(string, string), ApiVersion> lines, List<Problem> problems, CancellationToken cancellation)
    {
        var found = new List<(Guid Line, Guid? Operation, string[]? Methods, string? Tag)>();
        foreach (var part in input.Parts)
        {
            var (line, keys) = (lines[(part.Api, part.Version)].Id, part.Operations.Distinct(StringComparer.Ordinal).ToArray());
            var operations = await db.Operations.Where(o => o.ApiVersionId == line && o.RemovedIn == null && keys.Contains(o.Key)).Select(o => new { o.Id, o.Key }).ToListAsync(cancellation);
            if (keys.Except(operations.Select(o => o.Key), StringComparer.Ordinal).ToList() is [_, ..] unknown)
                problems.Add(new("operation_unknown", $"{part.Api} {part.Version} has no endpoint {string.Join(", ", unknown.Take(5))}.", "parts"));
            found.AddRange(operations.Select(o => (line, (Guid?)o.Id, (string[]?)null, (string?)null)));
            if (part.HasRule)
                found.Add((line, null, part.Methods.Count == 0 ? null : [.. part.Methods.Select(m => m.ToUpperInvariant()).Distinct()], string.IsNullOrEmpty(part.Tag) ? null : part.Tag));
        }

        return found;
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,79}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Name();
}
