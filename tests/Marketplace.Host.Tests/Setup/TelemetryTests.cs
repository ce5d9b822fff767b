using System.Collections.Concurrent;
using System.Text;
using Marketplace.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Marketplace.Host.Tests.Setup;

public sealed class TelemetryTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Metrics_and_traces_of_token_requests_reach_the_collector_that_is_configured()
    {
        var received = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        await using var collector = await CollectAsync(received);
        await using var bank = await Bank.OpenAsync(postgres);
        await using var host = await HostProcess.StartAsync(new()
        {
            ConnectionString = bank.Database.ConnectionString,
            Environment = new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Planes"] = "token",
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Urls.Single(),
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "500",
            },
        });

        using var refused = await host.Client.PostAsync("/oauth/token", new FormUrlEncodedContent(
            [new("grant_type", "client_credentials"), new("client_id", bank.App.ClientId), new("client_secret", "wrong")]));
        using var issued = await host.Client.PostAsync("/oauth/token", new FormUrlEncodedContent(
            [new("grant_type", "client_credentials"), new("client_id", bank.App.ClientId), new("client_secret", bank.App.Secret!), new("resource", "urn:marketplace:control")]));
        Assert.Equal((401, 200), ((int)refused.StatusCode, (int)issued.StatusCode));

        await Eventually.HoldsAsync(() => Has("/v1/metrics", "marketplace.tokens.issued") && Has("/v1/metrics", "marketplace.tokens.refused")
            && Has("/v1/traces", bank.App.ClientId) && Has("/v1/traces", "invalid_client"), TimeSpan.FromSeconds(20));

        bool Has(string path, string text) => received.TryGetValue(path, out var all) && all.Contains(text, StringComparison.Ordinal);
    }

    private static async Task<WebApplication> CollectAsync(ConcurrentDictionary<string, string> received)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{LoopbackPort.Pick()}");
        var app = builder.Build();
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            // Protocol buffers hold strings as they are.
            var text = Encoding.Latin1.GetString(body.ToArray());
            received.AddOrUpdate(context.Request.Path, text, (_, before) => before + text);
        });
        await app.StartAsync();
        return app;
    }
}
