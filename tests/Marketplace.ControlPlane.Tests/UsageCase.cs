using System.Net.Http.Headers;
using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Contracts.Usage;
using Marketplace.Core.Access;
using Marketplace.Core.Applications;
using Marketplace.Testing;

namespace Marketplace.ControlPlane.Tests;

/// <summary>A service that reports calls to a control plane of its own, over a bank with two grants.</summary>
public abstract class UsageCase(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    protected Bank Bank { get; private set; } = null!;
    private protected PlaneServer Server { get; private set; } = null!;
    protected RegisteredApplication Service { get; private set; } = null!;
    protected HttpClient Http { get; private set; } = null!;

    protected long Minute => Bank.Clock.GetUtcNow().ToUnixTimeSeconds() / 60 * 60;

    public async ValueTask InitializeAsync()
    {
        Bank = await Bank.OpenAsync(postgres);
        await Bank.GrantAsync("listPayments", "getPayment");
        Service = await PlaneServer.RegisterAsync(Bank, Bank.Olivia, "payments", "Payments service");
        Server = await PlaneServer.StartAsync(Bank);
        Http = await ClientAsync(Service);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
        await Bank.DisposeAsync();
    }

    protected UsageRow Row(int? operation, long count) => new()
    {
        Minute = Minute, Client = Bank.App.ClientId, Operation = operation, Decision = UsageDecision.Allowed, Count = count, Buckets = [count],
    };

    protected async Task<HttpClient> ClientAsync(RegisteredApplication application)
    {
        await Server.SettleAsync(Bank);
        using var tokens = Server.TokensOf(application, Bank.Clock);
        var client = new HttpClient { BaseAddress = new Uri(Server.Address) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await tokens.GetTokenAsync(ControlAddress.Audience));
        return client;
    }

    protected Task<(int Status, int Counted, int Ignored)> ReportAsync(long sequence, params UsageRow[] rows) => ReportAsync(sequence, rows, Http);

    protected async Task<(int Status, int Counted, int Ignored)> ReportAsync(long sequence, UsageRow[] rows, HttpClient? through = null, string instance = "pod-1", long start = 1)
    {
        using var answer = await PostAsync(sequence, rows, through, instance, start, "payments");
        var receipt = answer.IsSuccessStatusCode ? JsonSerializer.Deserialize(await answer.Content.ReadAsStringAsync(), UsageJson.Default.UsageReceipt) : null;
        return ((int)answer.StatusCode, receipt?.Counted ?? 0, receipt?.Ignored ?? 0);
    }

    protected Task<string> RefusalAsync(long sequence, params UsageRow[] rows) => RefusalAsync(sequence, rows, Http);

    protected async Task<string> RefusalAsync(long sequence, UsageRow[] rows, HttpClient? through = null, string instance = "pod-1", string api = "payments")
    {
        using var answer = await PostAsync(sequence, rows, through, instance, 1, api);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return $"{(int)answer.StatusCode} {(problem.RootElement.TryGetProperty("code", out var code) ? code : "none")}";
    }

    protected async Task<HttpResponseMessage> PostAsync(long sequence, UsageRow[] rows, HttpClient? through, string instance, long start, string api)
    {
        var report = new UsageReport { Api = api, Version = "v1", Environment = "production", Start = start, Sequence = sequence, Rows = rows };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/" + UsageReport.Path)
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(report, UsageJson.Default.UsageReport)),
        };
        request.Headers.Add(ControlAddress.InstanceHeader, instance);
        return await (through ?? Http).SendAsync(request);
    }

    protected Task<long> TotalAsync() => Bank.Database.ScalarAsync<long>("select coalesce(sum(count), 0)::bigint from call_usage where span = 86400");
}
