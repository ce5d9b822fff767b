using Marketplace.Samples.Provider.Payments;
using Marketplace.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using YamlDotNet.RepresentationModel;

namespace Marketplace.Sdk.Tests;

public sealed class SampleProviderTests
{
    [Fact]
    public void The_sample_serves_what_its_document_says_and_nothing_else()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton<PaymentBook>();
        var app = builder.Build();
        app.MapPayments();
        app.MapRefunds();
        app.MapSettlements();
        var served = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).Cast<RouteEndpoint>()
            .Select(endpoint => $"{endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods.Single()} {endpoint.RoutePattern.RawText}");

        Assert.Equal(Documented().Order(), served.Order());
    }

    private static List<string> Documented()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(Repository.File("samples", "provider", "openapi.yaml"))));
        var paths = (YamlMappingNode)yaml.Documents[0].RootNode["paths"];
        return [.. from path in paths
                   from member in (YamlMappingNode)path.Value
                   where ((YamlScalarNode)member.Key).Value != "parameters"
                   select $"{((YamlScalarNode)member.Key).Value!.ToUpperInvariant()} {path.Key}"];
    }
}
