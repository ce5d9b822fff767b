using Marketplace.Core.Catalog.Rules.Tree;
using static Marketplace.Core.Catalog.Rules.RuleTable;

namespace Marketplace.Core.Catalog.Rules.House;

/// <summary>Who may call, and over what.</summary>
internal static class AccessRules
{
    private static readonly string[] Local = ["localhost", "127.0.0.1", "0.0.0.0", "[::1]"];

    public static readonly Rule[] All =
    [
        Company("operation-security", Severity.Error, "Say what a caller must show: add security to the operation or to the document.", run =>
        {
            var common = run.Document.Root.Items("security").Count > 0;
            foreach (var operation in run.Document.Operations.Select(o => o.Node).Where(o => o["security"] is null && !common))
                run.Report(operation);
        }),
        Company("operation-open-to-all", Severity.Info, "Nobody has to show anything here (security is empty). Keep it so only for what everybody may read.", run =>
        {
            foreach (var security in run.Document.Operations.Select(o => o.Node["security"]).OfType<Node>().Where(s => s.IsArray && (s.Count == 0 || s.Children.Any(r => r is { IsObject: true, Count: 0 }))))
                run.Report(security);
        }),
        Company("https-only", Severity.Error, "Serve the API over https only.", run =>
        {
            foreach (var url in run.Document.Root.Items("servers").Select(s => s["url"]).OfType<Node>())
            {
                if (url.Text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && !Local.Any(host => url.Text.StartsWith("http://" + host, StringComparison.OrdinalIgnoreCase)))
                    run.Report(url);
            }
            foreach (var scheme in run.Document.Root.Items("schemes").Where(s => s.Text is "http" or "ws"))
                run.Report(scheme);
        }),
        Company("server-not-local", Severity.Warn, "Name a server that consumers can reach instead of this machine.", run =>
        {
            var addresses = run.Document.Root.Items("servers").Select(s => s["url"]).Append(run.Document.Root["host"]).OfType<Node>();
            foreach (var address in addresses.Where(a => Local.Any(host => a.Text.Contains("//" + host, StringComparison.OrdinalIgnoreCase) || a.Text.StartsWith(host, StringComparison.OrdinalIgnoreCase))))
                run.Report(address);
        }),
        Company("api-key-not-in-query", Severity.Error, "Send the key in a header: a query ends up in logs and histories.", run =>
        {
            var schemes = run.Document.Root.Object("components")?.Members("securitySchemes") ?? run.Document.Root.Members("securityDefinitions");
            foreach (var scheme in schemes.Where(s => s.String("type") == "apiKey" && s.String("in") == "query"))
                run.Report(scheme);
        }),
    ];
}
