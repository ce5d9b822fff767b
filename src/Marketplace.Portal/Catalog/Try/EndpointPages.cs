using Marketplace.Core.Access.Sandbox;
using Marketplace.Core.Catalog;
using Marketplace.Portal.Catalog.Api;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Catalog.Try;

/// <summary>One endpoint: who of the reader's may call it, and how it is called.</summary>
internal static class EndpointPages
{
    // Keys may hold slashes, which an address keeps in its query alone.
    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet(ApiPages.Line + "/endpoint", ShowAsync);

    private static async Task<IResult> ShowAsync(
        HttpContext context, string api, string version, string? operation, string? environment, string? application,
        CatalogReader catalog, SandboxReader sandbox, CancellationToken cancellation)
    {
        var actor = context.Actor();
        if (await ApiPages.HeadAsync(actor, api, version, catalog, cancellation) is not { } head
            || await catalog.OperationAsync(actor, api, version, operation ?? "", cancellation) is not { } row)
            return Page.NotFound();
        var chosen = environment is not null && head.Version.Audiences.ContainsKey(environment) ? environment : DeploymentEnvironment.Sandbox;
        var mine = await sandbox.CallersAsync(actor, row.Id, chosen, cancellation);
        return Page.Show<EndpointPage, EndpointModel>(new(
            head, row, chosen, mine, mine.FirstOrDefault(a => a.ClientId == application) ?? (mine.Count > 0 ? mine[0] : null)));
    }
}

/// <param name="Applications">Those of the reader's teams, those that may call it first.</param>
/// <param name="Chosen">Whose call the samples show.</param>
public sealed record EndpointModel(
    ApiHead Head, OperationRow Row, string Environment, IReadOnlyList<EndpointCaller> Applications, EndpointCaller? Chosen)
{
    public string Url(string environment, string? application) =>
        ApiUrl.Operation(Head, Row.Key) + $"&environment={Uri.EscapeDataString(environment)}" + (application is null ? "" : $"&application={Uri.EscapeDataString(application)}");

    public string Request(EndpointCaller application) =>
        $"{Head.Url}/request?operation={Uri.EscapeDataString(Row.Key)}&environment={Uri.EscapeDataString(Environment)}&application={Uri.EscapeDataString(application.ClientId)}";

    public CallSample Call(string marketplace) => new(
        marketplace, Chosen?.ClientId ?? CallSample.UnknownClient, Head.Version.Audiences.GetValueOrDefault(Environment) ?? "",
        Head.Version.Servers.GetValueOrDefault(Environment) ?? CallSample.UnknownServer, Row.Method, Head.Version.BasePath + Row.Path, Head.Api.Name);
}
