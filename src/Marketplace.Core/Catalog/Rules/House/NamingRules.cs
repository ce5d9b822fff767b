using System.Text.RegularExpressions;
using Marketplace.Core.Catalog.Rules.Tree;
using static Marketplace.Core.Catalog.Rules.RuleTable;

namespace Marketplace.Core.Catalog.Rules.House;

/// <summary>One way to write names, so that an API reads like its neighbours.</summary>
internal static partial class NamingRules
{
    public static readonly Rule[] All =
    [
        Company("paths-kebab-case", Severity.Info, "Write the path in lower case with hyphens: /account-holders.", run =>
        {
            foreach (var path in run.Document.Root.Members("paths").Where(p => p.Name!.StartsWith('/') && !Kebab().IsMatch(p.Name!)))
                run.Report(path);
        }),
        Company("paths-no-verbs", Severity.Hint, "Name the thing in the path and let the method be the verb: POST /payments instead of /createPayment.", run =>
        {
            foreach (var path in run.Document.Root.Members("paths").Where(p => Verb().IsMatch(p.Name!)))
                run.Report(path);
        }),
        Company("properties-camel-case", Severity.Hint, "Write property names in camelCase.", run =>
        {
            foreach (var property in run.Document.Properties.SelectMany(p => p.Children).Where(p => !Camel().IsMatch(p.Name!)))
                run.Report(property);
        }, recommended: false),
        Company("properties-one-style", Severity.Info, "Write all property names alike: this document mixes camelCase and snake_case.", OneStyle),
        Company("operation-id-camel-case", Severity.Hint, "Write operationIds in camelCase: they become the names of scopes and of generated methods.", WellKnown.OperationRules.Each((run, o) =>
        {
            if (o["operationId"] is { IsString: true } id && !Camel().IsMatch(id.Text))
                run.Report(id);
        })),
    ];

    /// <summary>The rarer style is reported.</summary>
    private static void OneStyle(RuleRun run)
    {
        var names = run.Document.Properties.SelectMany(p => p.Children).ToList();
        var snake = names.Where(n => n.Name!.AsSpan().Trim('_').Contains('_')).ToList();
        var camel = names.Where(n => n.Name!.Length > 0 && char.IsAsciiLetterLower(n.Name![0]) && n.Name.Any(char.IsAsciiLetterUpper)).ToList();
        if (snake.Count == 0 || camel.Count == 0)
            return;
        foreach (var name in snake.Count < camel.Count ? snake : camel)
            run.Report(name);
    }

    [GeneratedRegex(@"^(/([a-z0-9]+([-.][a-z0-9]+)*|(\{[^}]+\}[-.:]?)+|[a-z0-9-]*:[a-z]+)?)+\z", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Kebab();

    [GeneratedRegex("/(get|create|update|delete|fetch|add|remove)([A-Z_-]|/|$)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Verb();

    [GeneratedRegex(@"^[a-z][a-zA-Z0-9]*\z", RegexOptions.NonBacktracking)]
    private static partial Regex Camel();
}
