using Marketplace.Core.Catalog.Rules.Tree;
using static Marketplace.Core.Catalog.Rules.RuleTable;

namespace Marketplace.Core.Catalog.Rules.WellKnown;

internal static class Oas2Rules
{
    public static readonly Rule[] All =
    [
        Oas("oas2-api-host", "Say where the API is served: add host.", run => run.MustSay(run.Document.Root, "host"), openapi: 2),
        Oas("oas2-api-schemes", "Say how the API is called: add schemes, such as https.", run =>
        {
            OperationRules.NonEmptyList(run, run.Document.Root, "schemes");
            foreach (var scheme in run.Document.Root.Items("schemes").Where(s => !s.IsString).Take(1))
                run.Report(scheme);
        }, openapi: 2),
        Oas("oas2-host-not-example", "Name the real host instead of example.com.", Host(host => host.Contains("example.com", StringComparison.Ordinal)), recommended: false, openapi: 2),
        Oas("oas2-host-trailing-slash", "Remove the slash at the end of host.", Host(host => host.EndsWith('/')), openapi: 2),
    ];

    private static Action<RuleRun> Host(Func<string, bool> isBad) => run =>
    {
        if (run.Document.Root["host"] is { Kind: NodeKind.String } host && isBad(host.Text))
            run.Report(host);
    };
}
