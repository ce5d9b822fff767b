using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Marketplace.Contracts.Usage;
using Marketplace.EndToEnd.Journeys;

namespace Marketplace.EndToEnd.Framework;

/// <summary>
/// Rows for what data planes tell: an instance, calls served, refused and let through, and something that the control plane
/// refused. Posted as a data plane posts it, so that pages about it have something to show.
/// </summary>
internal static class CalledBank
{
    public const string Api = "exchange-rates";

    private static Task? reported;

    /// <summary>Also begins shadow mode in the sandbox. Tests of one collection run one after the other.</summary>
    public static Task ReportOnceAsync(Stack stack) => reported ??= ReportAsync(stack);

    private static async Task ReportAsync(Stack stack)
    {
        var olivia = await stack.SignInAsync("olivia", javaScript: false);
        await ShadowSwitch.BeginAsync(olivia, Api, "sandbox");
        await olivia.Context.CloseAsync();
        using var http = new HttpClient { BaseAddress = stack.Url };
        http.DefaultRequestHeaders.Add("Marketplace-Instance", "end-to-end");
        http.DefaultRequestHeaders.Authorization = new("Bearer", await TokenAsync(http, stack, "data-plane"));
        var minute = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 60 * 60;
        var consumer = stack.Secret("consumer.id");
        foreach (var environment in new[] { "sandbox", "production" })
        {
            await OkAsync(http.PutAsJsonAsync($"control/v1/instances/{Api}/v1/{environment}/rates-1",
                new { url = "http://localhost:5099", zone = "ams-1", version = "2.4.1", weight = 100, state = "ready", lease = 300 }));
            await ReportAsync(http, Api, environment,
            [
                Row(minute, consumer, 0, UsageDecision.Allowed, null, 120),
                Row(minute, consumer, 0, UsageDecision.LetThrough, "operation_not_granted", 7),
                Row(minute, null, null, UsageDecision.LetThrough, "token_missing", 5),
                Row(minute, consumer, null, UsageDecision.LetThrough, "operation_unknown", 3) with { Method = "GET", Path = "/rate/eur" },
            ]);
        }

        await ReportAsync(http, "payments", "production", [Row(minute, consumer, 0, UsageDecision.Allowed, null, 40), Row(minute, null, null, UsageDecision.Refused, "token_missing", 2)]);
        http.DefaultRequestHeaders.Authorization = new("Bearer", await TokenAsync(http, stack, "consumer"));
        using var refused = await http.GetAsync(new Uri("control/v1/snapshots/accounts/v1/production", UriKind.Relative));
        Assert.Equal(403, (int)refused.StatusCode);
    }

    private static Task ReportAsync(HttpClient http, string api, string environment, UsageRow[] rows) =>
        OkAsync(http.PostAsJsonAsync(UsageReport.Path, new UsageReport
        {
            Api = api, Version = "v1", Environment = environment,
            Start = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), Sequence = 1, Rows = rows,
        }));

    private static UsageRow Row(long minute, string? client, int? operation, string decision, string? reason, long count) =>
        new() { Minute = minute, Client = client, Operation = operation, Decision = decision, Reason = reason, Count = count, Buckets = [0, 0, count] };

    private static async Task<string> TokenAsync(HttpClient http, Stack stack, string who)
    {
        using var ask = new HttpRequestMessage(HttpMethod.Post, "oauth/token")
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("resource", "urn:marketplace:control")]),
        };
        ask.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{stack.Secret(who + ".id")}:{stack.Secret(who + ".secret")}")));
        using var answer = await http.SendAsync(ask);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    private static async Task OkAsync(Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        Assert.True(answer.IsSuccessStatusCode, $"{answer.RequestMessage?.RequestUri}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }
}
