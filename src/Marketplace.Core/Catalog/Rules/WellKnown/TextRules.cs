using Marketplace.Core.Catalog.Rules.Tree;
using static Marketplace.Core.Catalog.Rules.RuleTable;

namespace Marketplace.Core.Catalog.Rules.WellKnown;

internal static class TextRules
{
    public static readonly Rule[] All =
    [
        Oas("no-eval-in-markdown", "Take eval( out of the text: a careless reader may run it.", Without("eval(")),
        Oas("no-script-tags-in-markdown", "Take <script> out of the text: a careless reader may run it.", Without("<script")),
    ];

    private static Action<RuleRun> Without(string words) => run =>
    {
        foreach (var text in run.Document.Texts.Where(t => t.Text.Contains(words, StringComparison.Ordinal)))
            run.Report(text);
    };
}
