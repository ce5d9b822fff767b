using Marketplace.Core.Catalog.Rules.Tree;

namespace Marketplace.Core.Catalog.Rules;

/// <summary>Where a rule comes from; a ruleset extends one or both.</summary>
public static class RuleFamily
{
    /// <summary>The well-known rules of Spectral's <c>oas</c> ruleset, under their names.</summary>
    public const string Oas = "marketplace:oas";

    /// <summary>What a company that publishes thousands of APIs asks besides.</summary>
    public const string Company = "marketplace:company";
}

/// <summary>One thing that a document should be.</summary>
public sealed class Rule
{
    /// <summary>Stable; rulesets name it.</summary>
    public required string Name { get; init; }

    /// <summary>Of <see cref="RuleFamily"/>.</summary>
    public required string Family { get; init; }

    /// <summary>How much it matters unless a ruleset says otherwise.</summary>
    public required Severity Default { get; init; }

    /// <summary>Extending its family turns it on.</summary>
    public required bool IsRecommended { get; init; }

    /// <summary>What the document should be, in a sentence that says what to do.</summary>
    public required string Says { get; init; }

    /// <summary>Which documents it is about: 2, 3, or 0 for any.</summary>
    internal int Openapi { get; init; }

    /// <summary>Finds the places where the document is something else.</summary>
    internal Action<RuleRun> Run { get; init; } = static _ => throw new InvalidOperationException("The rule has no check.");

    /// <summary>Its place in <see cref="AllRules"/>.</summary>
    internal int Index { get; set; }
}

/// <summary>One rule at work on one document.</summary>
internal sealed class RuleRun(DocumentIndex document, Rule rule, List<RawFinding> findings)
{
    private int _count;

    public DocumentIndex Document { get; } = document;

    public void Report(Node at, string? message = null)
    {
        // The count stays exact; the places of a rule that fires everywhere are all the same to read.
        if (++_count <= Linter.MaxPlaces)
            findings.Add(new(rule, at, message ?? rule.Says));
        else
            findings[^1] = findings[^1] with { More = findings[^1].More + 1 };
    }
}

/// <param name="Rule">Which rule.</param>
/// <param name="At">Where.</param>
/// <param name="Message">What to do.</param>
/// <param name="More">How many more there are without a place of their own.</param>
internal readonly record struct RawFinding(Rule Rule, Node At, string Message, int More = 0);
