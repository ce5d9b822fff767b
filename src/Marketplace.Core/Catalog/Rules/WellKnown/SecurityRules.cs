using Marketplace.Core.Catalog.Rules.Tree;
using static Marketplace.Core.Catalog.Rules.RuleTable;

namespace Marketplace.Core.Catalog.Rules.WellKnown;

internal static class SecurityRules
{
    public static readonly Rule[] All =
    [
        Oas("oas2-operation-security-defined", "Define the security scheme in securityDefinitions.",
            run => Defined(run, run.Document.Root.Object("securityDefinitions"), (scheme, scope) => scheme.Object("scopes")?[scope] is not null), openapi: 2),
        Oas("oas3-operation-security-defined", "Define the security scheme in components.securitySchemes.",
            run => Defined(
                run, run.Document.Root.Object("components")?.Object("securitySchemes"),
                (scheme, scope) => scheme.Members("flows").Any(flow => flow.Object("scopes")?[scope] is not null)), openapi: 3),
    ];

    private static void Defined(RuleRun run, Node? schemes, Func<Node, string, bool> hasScope)
    {
        var requirements = run.Document.Root.Items("security").Concat(run.Document.Operations.SelectMany(o => o.Node.Items("security")));
        foreach (var used in requirements.Where(r => r.IsObject && r.Children.All(m => m.IsArray && m.Children.All(s => s.IsString))).SelectMany(r => r.Children))
        {
            if (schemes?[used.Name!] is not { } scheme)
                run.Report(used);
            else
            {
                foreach (var scope in used.Children.Where(s => run.Document.Follow(scheme) is not { } found || !hasScope(found, s.Text)))
                    run.Report(scope, $"The scope \"{scope.Text}\" is not among those of {used.Name}. Add it there, or correct it.");
            }
        }
    }
}
