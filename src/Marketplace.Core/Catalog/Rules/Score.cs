using Marketplace.Core.Catalog.Rules.Rulesets;

namespace Marketplace.Core.Catalog.Rules;

/// <summary>How good a document is by the rules that hold for it, from 0 to 100, and how many findings of each severity it has.</summary>
/// <param name="Value">By <see cref="Formula"/>.</param>
public sealed record Score(int Value, int Errors, int Warnings, int Infos, int Hints)
{
    public const string Formula =
        "100 minus what each rule costs that finds something: up to 20 points for an error, 5 for a warning, 1 for an info, nothing for a hint. "
        + "A rule costs a quarter of its points for its first finding, and all of them when it finds as many as there are endpoints.";

    private static double PointsOf(Severity severity) => severity switch
    {
        Severity.Error => 20,
        Severity.Warn => 5,
        Severity.Info => 1,
        _ => 0,
    };

    public static Score Of(LintReport report, RuleSeverities severities)
    {
        var lost = 0.0;
        var counts = new int[(int)Severity.Error + 1];
        foreach (var (rule, count) in report.Counts)
        {
            var severity = severities[rule];
            counts[(int)severity] += count;
            lost += PointsOf(severity) * Math.Clamp((double)count / report.Operations, 0.25, 1);
        }
        return new(
            (int)Math.Clamp(Math.Round(100 - lost), 0, 100),
            counts[(int)Severity.Error], counts[(int)Severity.Warn], counts[(int)Severity.Info], counts[(int)Severity.Hint]);
    }
}
