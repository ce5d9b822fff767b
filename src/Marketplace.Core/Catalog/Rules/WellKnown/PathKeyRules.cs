using System.Text.RegularExpressions;
using Marketplace.Core.Catalog.Rules.Tree;
using static Marketplace.Core.Catalog.Rules.RuleTable;

namespace Marketplace.Core.Catalog.Rules.WellKnown;

internal static partial class PathKeyRules
{
    public static readonly Rule[] All =
    [
        Oas("path-params", "Define each parameter of the path, once and as required.", PathParameters, Severity.Error),
        Oas("path-declarations-must-exist", "Name the parameter between the braces.", Keys(path => path.Contains("{}", StringComparison.Ordinal))),
        Oas("path-keys-no-trailing-slash", "Remove the slash at the path's end.", Keys(path => path.Length > 1 && path.EndsWith('/'))),
        Oas("path-not-include-query", "Move the query out of the path, into parameters.", Keys(path => path.Contains('?', StringComparison.Ordinal))),
    ];

    private static Action<RuleRun> Keys(Func<string, bool> isBad) => run =>
    {
        foreach (var path in run.Document.Root.Members("paths").Where(p => isBad(p.Name!)))
            run.Report(path);
    };

    private static void PathParameters(RuleRun run)
    {
        var shapes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var key in run.Document.Root.Members("paths"))
        {
            if (run.Document.Follow(key) is not { Kind: NodeKind.Object or NodeKind.Array } item)
                continue;
            var path = key.Name!;
            if (!shapes.TryAdd(Braces().Replace(path, "%"), path))
                run.Report(key, $"This path matches the same requests as \"{shapes[Braces().Replace(path, "%")]}\". Merge them.");
            var expected = new List<string>();
            foreach (var name in Braces().Matches(path).Select(m => m.Value.Trim('{', '}', '?', '*', ';')))
            {
                if (expected.Contains(name))
                    run.Report(key, $"The path has the parameter {{{name}}} twice. Rename one of them.");
                else
                    expected.Add(name);
            }
            var common = Declared(run, item);
            foreach (var operation in run.Document.Operations.Where(o => o.Item == item && o.Path == path))
            {
                var declared = new Dictionary<string, Node>(common, StringComparer.Ordinal);
                foreach (var (name, at) in Declared(run, operation.Node))
                    declared[name] = at;
                foreach (var (name, at) in declared.Where(d => !expected.Contains(d.Key)))
                    run.Report(at, $"The parameter \"{name}\" is not in the path \"{path}\". Add it there, or remove it here.");
                foreach (var name in expected.Where(name => !declared.ContainsKey(name)))
                    run.Report(operation.Node, $"Define the parameter {{{name}}} of the path \"{path}\".");
            }
        }
    }

    private static Dictionary<string, Node> Declared(RuleRun run, Node holder)
    {
        var declared = new Dictionary<string, Node>(StringComparer.Ordinal);
        foreach (var given in holder.Items("parameters"))
        {
            if (run.Document.Follow(given) is not { Kind: NodeKind.Object } parameter || parameter.String("in") != "path" || parameter["name"] is not { } name)
                continue;
            if (parameter["required"] is not { Kind: NodeKind.True })
                run.Report(parameter, $"The path parameter \"{name.Text}\" must say required: true.");
            if (!declared.TryAdd(name.Text, parameter))
                run.Report(parameter, $"The path parameter \"{name.Text}\" is defined twice. Remove one of them.");
        }
        return declared;
    }

    [GeneratedRegex(@"\{;?\??[a-zA-Z0-9_-]+\*?\}", RegexOptions.NonBacktracking)]
    private static partial Regex Braces();
}
