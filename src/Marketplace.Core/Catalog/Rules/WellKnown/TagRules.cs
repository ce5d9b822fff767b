using Marketplace.Core.Catalog.Rules.Tree;
using static Marketplace.Core.Catalog.Rules.RuleTable;

namespace Marketplace.Core.Catalog.Rules.WellKnown;

internal static class TagRules
{
    public static readonly Rule[] All =
    [
        Oas("operation-tag-defined", "Define the tag in the document's tags, where it can be described.", Defined),
        Oas("openapi-tags", "List the tags that operations use, in the document's tags.", run => OperationRules.NonEmptyList(run, run.Document.Root, "tags"), recommended: false),
        Oas("openapi-tags-alphabetical", "Sort the document's tags by name.", Alphabetical, recommended: false),
        Oas("openapi-tags-uniqueness", "Define each tag once.", Unique, Severity.Error),
        Oas("tag-description", "Describe the tag.", run =>
        {
            foreach (var tag in run.Document.Root.Items("tags").Where(t => t.IsObject))
                run.MustSay(tag, "description");
        }, recommended: false),
    ];

    private static void Defined(RuleRun run)
    {
        var defined = run.Document.Root.Items("tags").Select(t => t.String("name")).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var tag in run.Document.Operations.SelectMany(o => o.Node.Items("tags")).Where(t => !defined.Contains(t.Text)))
            run.Report(tag);
    }

    private static void Unique(RuleRun run)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var tags = run.Document.Root.Items("tags");
        if (!tags.All(t => t.String("name") is not null))
            return;
        foreach (var tag in tags.Where(t => !seen.Add(t.String("name")!)))
            run.Report(tag["name"]!, $"The tag \"{tag.String("name")}\" is defined twice. Remove one of them.");
    }

    private static void Alphabetical(RuleRun run)
    {
        if (run.Document.Root.Array("tags") is not { Count: > 1 } tags)
            return;
        var names = tags.Children.Select(t => t["name"]?.Text ?? "").ToList();
        if (!names.SequenceEqual(names.Order(TagOrder.Instance), StringComparer.Ordinal))
            run.Report(tags);
    }

    /// <summary>As a dictionary sorts: letters before their case, signs before both.</summary>
    private sealed class TagOrder : IComparer<string>
    {
        public static TagOrder Instance { get; } = new();

        public int Compare(string? x, string? y)
        {
            var letters = string.Compare(Key(x!), Key(y!), StringComparison.OrdinalIgnoreCase);
            // Lower case first, as the Unicode collation (UTS 10) has it.
            return letters != 0 ? letters : -string.CompareOrdinal(x, y);
        }

        private static string Key(string text) => string.Concat(text.Select(c => char.IsLetterOrDigit(c) ? c : (char)(c & 0x1F)));
    }
}
