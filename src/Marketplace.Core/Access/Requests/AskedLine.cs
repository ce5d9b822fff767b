using Marketplace.Core.Access.Plans;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Requests;

/// <summary>Endpoints of one line, by their keys.</summary>
public sealed record LineEndpoints(string Api, string Version, IReadOnlyList<string> Operations)
{
    /// <summary>Under which plan of the API; null for its default.</summary>
    public string? Plan { get; init; }

    /// <summary>Each line once, with each of its endpoints once.</summary>
    public static IReadOnlyList<LineEndpoints> Merged(IEnumerable<LineEndpoints> lines) =>
    [
        .. lines.GroupBy(l => new LineName(l.Api, l.Version))
            .Select(l => new LineEndpoints(l.Key.Api, l.Key.Version, [.. l.SelectMany(one => one.Operations).Distinct(StringComparer.Ordinal)]) { Plan = l.Select(one => one.Plan).FirstOrDefault(plan => !string.IsNullOrEmpty(plan)) }),
    ];
}

/// <summary>A line that is asked for, and those of its operations that are.</summary>
internal sealed record AskedLine(ApiVersion Line, IReadOnlyList<Operation> Operations)
{
    /// <summary>What its grants will carry; null where the API offers no plan there.</summary>
    public PlanLimits? Limits { get; init; }

    public string Title => $"{Line.Api!.Title} {Line.Version}";

    /// <summary>For the audit trail: what was named, with the plan that each line got.</summary>
    public static IReadOnlyList<LineEndpoints> Told(IReadOnlyList<LineEndpoints> named, IReadOnlyList<AskedLine> lines) =>
        [.. named.Select(n => n with { Plan = lines.FirstOrDefault(l => l.Line.Api!.Name == n.Api && l.Line.Version == n.Version)?.Limits is { } limits ? $"{limits.Plan!.Name} {limits.Revision}" : null })];

    /// <summary>What was named, as far as it is there; what is not, or cannot be granted, is a problem.</summary>
    public static async Task<(IReadOnlyList<AskedLine> Lines, IReadOnlyList<Problem> Problems)> FindAsync(
        MarketplaceDb db, Actor actor, IReadOnlyList<LineEndpoints> named, CancellationToken cancellation)
    {
        var (apis, versions) = (named.Select(l => l.Api).ToArray(), named.Select(l => l.Version).ToArray());
        var lines = await db.ApiVersions.Include(v => v.Api).VisibleTo(actor)
            .Where(v => apis.Contains(v.Api!.Name) && versions.Contains(v.Version)).ToListAsync(cancellation);
        var (ids, keys) = (lines.ConvertAll(l => l.Id), named.SelectMany(l => l.Operations).ToArray());
        var operations = (await db.Operations.Where(o => ids.Contains(o.ApiVersionId) && o.RemovedIn == null && keys.Contains(o.Key)).ToListAsync(cancellation))
            .ToLookup(o => o.ApiVersionId);

        var (found, problems) = (new List<AskedLine>(), new List<Problem>());
        foreach (var name in named)
        {
            var line = lines.Find(l => l.Api!.Name == name.Api && l.Version == name.Version);
            if (line is null)
                return ([], [new(Problem.NotFound, $"There is no {name.Api} {name.Version} in the catalog.", "api")]);
            if (line.Lifecycle is Lifecycle.Draft or Lifecycle.Retired)
                problems.Add(new("version_not_open", $"{name.Api} {name.Version} is {StoredEnum.ToWord(line.Lifecycle)}: only published lines can be requested.", "version"));
            var asked = operations[line.Id].Where(o => name.Operations.Contains(o.Key)).ToList();
            var unknown = name.Operations.Except(asked.Select(o => o.Key), StringComparer.Ordinal).ToList();
            if (unknown.Count > 0)
                problems.Add(new("operation_unknown", $"{name.Api} {name.Version} has no endpoint {string.Join(", ", unknown.Take(5))}.", "operations"));
            problems.AddRange(asked.Where(o => o.NotEnforceable is not null).Take(5).Select(o => new Problem(
                "operation_not_enforceable", $"{o.Key} cannot be granted: {o.NotEnforceable}.", "operations")));
            found.Add(new(line, asked));
        }

        return (found, problems);
    }
}
