using Marketplace.Core.Catalog.Rules.Tree;

namespace Marketplace.Core.Catalog.Rules;

/// <summary>How the tables of rules are written.</summary>
internal static class RuleTable
{
    public static Rule Oas(string name, string says, Action<RuleRun> run, Severity severity = Severity.Warn, bool recommended = true, int openapi = 0) =>
        new() { Name = name, Family = RuleFamily.Oas, Default = severity, IsRecommended = recommended, Says = says, Run = run, Openapi = openapi };

    public static Rule Company(string name, Severity severity, string says, Action<RuleRun> run, bool recommended = true) =>
        new() { Name = name, Family = RuleFamily.Company, Default = severity, IsRecommended = recommended, Says = says, Run = run };

    /// <summary>The member must be there and say something; where it is missing, its parent is the place.</summary>
    public static void MustSay(this RuleRun run, Node parent, string member, string? message = null)
    {
        var value = parent[member];
        if (value is not { IsTruthy: true })
            run.Report(value ?? parent, message);
    }
}
