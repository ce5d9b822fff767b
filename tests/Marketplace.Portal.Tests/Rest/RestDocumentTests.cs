using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Marketplace.Contracts.Rest;
using Marketplace.Core.Catalog.Documents;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Portal.Tests.Rest;

[Collection(OneBankApp.Name)]
public sealed class RestDocumentTests(SharedBankApp shared)
{
    [Fact]
    public async Task Our_own_document_is_one_that_we_would_publish()
    {
        var app = shared.App;
        var json = await app.Anonymous().GetStringAsync("/api/v1/openapi.json");
        
        var read = SpecReader.Read(Encoding.UTF8.GetBytes(json));
        Assert.True(read.Succeeded, string.Join("\n", read.Problems));

        using var olivia = await app.ProgramOfAsync(app.Bank.Olivia);
        using var linted = await olivia.PostAsync("/api/v1/apis/payments/versions/v9/lint", new StringContent(json, Encoding.UTF8, "application/json"));
        var found = (await linted.Content.ReadFromJsonAsync<FindingsBody>())!;
        Assert.DoesNotContain(found.Items, f => f.Severity == "error");
        Assert.Equal((true, 0), (found.Accepted, found.Errors));

        var operations = JsonDocument.Parse(json).RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Where(member => member.Name != "parameters")).ToList();
        var endpoints = app.App.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.StartsWith("/api/v1/", StringComparison.Ordinal) && e.Metadata.GetMetadata<IHttpMethodMetadata>() is not null)
            .ToList();
        Assert.NotEmpty(endpoints);
        Assert.Equal(endpoints.Count, operations.Count);
        Assert.All(operations, operation =>
        {
            Assert.True(operation.Value.TryGetProperty("operationId", out _), operation.Value.ToString());
            Assert.True(operation.Value.TryGetProperty("summary", out _), operation.Value.ToString());
        });
    }
}
