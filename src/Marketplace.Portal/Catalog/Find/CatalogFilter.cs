using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Search;
using Marketplace.Core.Data;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Portal.Catalog.Find;

/// <summary>What the catalog's address says: the words, what is looked for, the chosen facet values, the page.</summary>
public sealed record CatalogFilter(string Text, bool Apis, IReadOnlyList<(string Facet, string Value)> Chosen, int Page)
{
    private const int LongestText = 200;
    private const int MostValues = 40;

    public static readonly IReadOnlyList<(string Name, string Label)> Facets =
        [("method", "Method"), ("team", "Team"), ("classification", "Data"), ("lifecycle", "Lifecycle"), ("tag", "Tag")];

    /// <summary>Kept like a facet, and not counted: which hits concern the reader.</summary>
    public const string Mine = "mine";
    public const string Callable = "callable";
    public const string Owned = "owned";

    public static readonly IReadOnlyList<(string Value, string Label)> MineChoices = [(Callable, "What I may call"), (Owned, "What my teams own")];

    public static CatalogFilter Read(IQueryCollection query)
    {
        var text = query["q"].ToString().Trim();
        var chosen = Facets.Select(f => f.Name).Append(Mine).SelectMany(name => query[name].OfType<string>().Select(value => (name, value)))
            .Where(c => c.value.Length is > 0 and <= LongestText).Distinct().Take(MostValues).ToList();
        var apis = query["in"].ToString() switch
        {
            "apis" => true,
            "endpoints" => false,
            // To look around is to look at products; to look for something is to look at endpoints.
            _ => text.Length == 0 && chosen.TrueForAll(c => c.name is not ("method" or "tag")),
        };
        return new(text.Length > LongestText ? text[..LongestText] : text, apis, chosen, int.TryParse(query["page"], out var page) ? page : 1);
    }

    /// <summary>The words of enumerations are written as words; names are left as they are.</summary>
    public static string LabelOf(string facet, string label) =>
        facet is Mine ? MineChoices.FirstOrDefault(c => c.Value == label).Label ?? label
        : facet is "lifecycle" or "classification" && label.Length > 0 ? char.ToUpperInvariant(label[0]) + label[1..] : label;

    public bool IsEmpty => Text.Length == 0 && Chosen.Count == 0;

    public SearchQuery ToQuery() => new(
        Text, Values("method"), Values("tag"), Values("team"),
        [.. Values("lifecycle").SelectMany(Parse<Lifecycle>)], [.. Values("classification").SelectMany(Parse<Classification>)], Has(Mine, Callable), Has(Mine, Owned));

    public bool Has(string facet, string value) => Chosen.Contains((facet, value));

    /// <summary>With this value taken in or out; from the first page on.</summary>
    public CatalogFilter Toggle(string facet, string value) =>
        this with { Chosen = Has(facet, value) ? [.. Chosen.Where(c => c != (facet, value))] : [.. Chosen, (facet, value)], Page = 1 };

    public string Url()
    {
        List<string> parts = Text.Length > 0 ? [$"q={Uri.EscapeDataString(Text)}"] : [];
        parts.Add(Apis ? "in=apis" : "in=endpoints");
        parts.AddRange(Chosen.Select(c => $"{c.Facet}={Uri.EscapeDataString(c.Value)}"));
        if (Page > 1)
            parts.Add($"page={Page}");
        return "/catalog?" + string.Join('&', parts);
    }

    private List<string> Values(string facet) => [.. Chosen.Where(c => c.Facet == facet).Select(c => c.Value)];

    private static IEnumerable<T> Parse<T>(string word) where T : struct, Enum => StoredEnum.TryFromWord<T>(word, out var value) ? [value] : [];
}
