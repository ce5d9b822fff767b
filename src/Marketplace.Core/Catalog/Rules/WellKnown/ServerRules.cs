using System.Text.RegularExpressions;
using Marketplace.Core.Catalog.Rules.Tree;
using static Marketplace.Core.Catalog.Rules.RuleTable;

namespace Marketplace.Core.Catalog.Rules.WellKnown;

internal static partial class ServerRules
{
    public static readonly Rule[] All =
    [
        Oas("oas3-api-servers", "Say where the API is served: add servers.", run =>
        {
            OperationRules.NonEmptyList(run, run.Document.Root, "servers");
            foreach (var server in run.Document.Root.Items("servers").Where(s => !s.IsObject).Take(1))
                run.Report(server);
        }, openapi: 3),
        Oas("oas3-server-not-example.com", "Name the real server instead of example.com.", Urls(url => url.Contains("example.com", StringComparison.Ordinal)), recommended: false, openapi: 3),
        Oas("oas3-server-trailing-slash", "Remove the slash at the end of the server's url: paths begin with one.", Urls(url => url.Length > 1 && url.EndsWith('/')), openapi: 3),
        Oas("oas3-server-variables", "Define each variable of the server's url, with a default, and no others.", Variables, Severity.Error),
    ];

    private static Action<RuleRun> Urls(Func<string, bool> isBad) => run =>
    {
        foreach (var url in run.Document.Root.Items("servers").Select(s => s["url"]).OfType<Node>().Where(u => u.IsString && isBad(u.Text)))
            run.Report(url);
    };

    private static void Variables(RuleRun run)
    {
        var document = run.Document;
        var servers = document.Root.Items("servers")
            .Concat(document.PathItems.SelectMany(p => p.Item.Items("servers")))
            .Concat(document.Operations.SelectMany(o => o.Node.Items("servers")));
        foreach (var server in servers.Where(s => s.IsObject))
        {
            if (server.String("url") is not { } url)
            {
                run.Report(server, "A server needs a url.");
                continue;
            }
            var used = Braces().Matches(url).Select(m => m.Groups["name"].Value).ToList();
            var variables = server.Members("variables");
            foreach (var unused in variables.Where(v => !used.Contains(v.Name!)))
                run.Report(unused, $"The url does not use the variable \"{unused.Name}\". Remove it.");
            var missing = used.Where(name => variables.All(v => v.Name != name)).ToList();
            if (missing.Count > 0)
                run.Report(server["variables"] ?? server, $"Define the url's variables {string.Join(", ", missing)}.");
            foreach (var variable in variables.Where(v => used.Contains(v.Name!)))
            {
                if (variable["default"] is not { } chosen)
                    run.Report(variable, $"Give the variable \"{variable.Name}\" a default.");
                else if (variable.Array("enum") is { } values && !values.Children.Any(chosen.SameValue))
                    run.Report(chosen, $"The default of \"{variable.Name}\" is not one of its enum.");
            }
        }
    }

    [GeneratedRegex("{(?<name>.+?)}", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Braces();
}
