using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace Marketplace.Host.Setup;

/// <summary>
/// Endpoints as they are at the start. Routing and authorization each ask for all of them, and each time they would be
/// made anew: for some five hundred that is a second or two of every start.
/// </summary>
internal sealed class EndpointsMadeOnce(IReadOnlyList<EndpointDataSource> sources) : EndpointDataSource
{
    private readonly Lazy<IReadOnlyList<Endpoint>> _endpoints = new(() => [.. sources.SelectMany(source => source.Endpoints)]);

    public override IReadOnlyList<Endpoint> Endpoints => _endpoints.Value;

    public override IChangeToken GetChangeToken() => NullChangeToken.Singleton;

    /// <summary>Takes the place of everything mapped so far.</summary>
    public static void In(IEndpointRouteBuilder app)
    {
        var mapped = new EndpointsMadeOnce([.. app.DataSources]);
        app.DataSources.Clear();
        app.DataSources.Add(mapped);
    }
}
