using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Marketplace.Contracts.Discovery;
using Marketplace.Contracts.Policy;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Applications;
using Marketplace.Jose;
using Marketplace.Sdk;
using Marketplace.Testing;

namespace Marketplace.ControlPlane.Tests;

/// <summary>Instances come and go; who may call them knows, whichever replica was told.</summary>
public sealed class InstanceTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private const string List = "/control/v1/instances/payments/v1/production";
    private Bank bank = null!;
    private PlaneServer server = null!;
    private HttpClient service = null!;
    private HttpClient caller = null!;

    public async ValueTask InitializeAsync()
    {
        bank = await Bank.OpenAsync(postgres);
        var payments = await PlaneServer.RegisterAsync(bank, bank.Olivia, "payments", "Payments service");
        server = await PlaneServer.StartAsync(bank);
        service = await ClientAsync(payments);
        caller = await ClientAsync(bank.App);
        // As if nothing had been away for long.
        await bank.Database.ExecuteAsync("update instance_sweep set swept_at = now(), resumed_at = now() - interval '1 hour'");
    }

    public async ValueTask DisposeAsync()
    {
        service.Dispose();
        caller.Dispose();
        await server.DisposeAsync();
        await bank.DisposeAsync();
    }

    [Fact]
    public async Task Who_may_call_an_instance_knows_at_once_that_it_came_drains_and_left()
    {
        await bank.GrantAsync("listPayments");
        await server.SettleAsync(bank);
        var (empty, tag) = await ReadAsync(caller, null);
        Assert.Empty(empty.Instances);

        var waiting = ReadAsync(caller, tag, wait: 20);
        await PutAsync("pod-1", new { url = "http://127.0.0.1:5081", zone = "ams-1", version = "2.4.1", weight = 90, share = 10 });
        var (came, second) = await waiting;
        Assert.Equal(new ServiceInstance("pod-1", "http://127.0.0.1:5081", "ams-1", "2.4.1", 90, 10, InstanceState.Ready), Assert.Single(came.Instances));
        Assert.Equal("urn:marketplace:payments:v1:production", came.Audience);

        // A renewal is no news.
        await PutAsync("pod-1", new { url = "http://127.0.0.1:5081", zone = "ams-1", version = "2.4.1", weight = 90, share = 10 });
        await Eventually.HoldsAsync(async () => await bank.Database.ScalarAsync<bool>("select renewed_at > registered_at from service_instance"), TimeSpan.FromSeconds(5));
        Assert.Equal(second, (await ReadAsync(caller, null)).Tag);

        await PutAsync("pod-1", new { url = "http://127.0.0.1:5081", zone = "ams-1", version = "2.4.1", weight = 90, share = 10, state = "draining" });
        var (draining, third) = await ReadAsync(caller, second, wait: 20);
        Assert.Equal(InstanceState.Draining, Assert.Single(draining.Instances).State);

        Assert.Equal(HttpStatusCode.NoContent, (await service.DeleteAsync(List + "/pod-1")).StatusCode);
        Assert.Empty((await ReadAsync(service, third, wait: 20)).List.Instances);
    }

    [Fact]
    public async Task What_one_replica_was_told_another_one_says()
    {
        await using var other = await PlaneServer.StartAsync(bank, server.Issuer);
        using var there = new HttpClient { BaseAddress = new Uri(other.Address) };
        there.DefaultRequestHeaders.Authorization = service.DefaultRequestHeaders.Authorization;
        var (_, tag) = await ReadAsync(there, null);

        await PutAsync("pod-1", new { url = "http://127.0.0.1:5081" });
        var (list, second) = await ReadAsync(there, tag, wait: 20);
        Assert.Single(list.Instances);
        await there.DeleteAsync(List + "/pod-1");
        Assert.Empty((await ReadAsync(service, second, wait: 20)).List.Instances);
    }

    [Fact]
    public async Task A_lease_that_ends_ends_the_instance_and_the_last_one_is_never_taken_away()
    {
        await PutAsync("pod-1", new { url = "http://127.0.0.1:5081" });
        await PutAsync("pod-2", new { url = "http://127.0.0.1:5082" });
        await StatesAsync("pod-1 ready", "pod-2 ready");

        await SilentAsync("instance = 'pod-1'");
        await StatesAsync("pod-2 ready");
        await SilentAsync("instance = 'pod-2'");
        await StatesAsync("pod-2 lapsed");
        await PutAsync("pod-3", new { url = "http://127.0.0.1:5083" });
        await StatesAsync("pod-3 ready");
        await PutAsync("pod-2", new { url = "http://127.0.0.1:5082" });
        await StatesAsync("pod-2 ready", "pod-3 ready");
    }

    [Fact]
    public async Task After_an_outage_of_ours_nobody_is_gone_before_they_could_renew()
    {
        await PutAsync("pod-1", new { url = "http://127.0.0.1:5081" });
        await PutAsync("pod-2", new { url = "http://127.0.0.1:5082" });
        await StatesAsync("pod-1 ready", "pod-2 ready");
        // A minute in which nobody looked, and nobody could renew. One statement, as no sweep may come in between.
        await bank.Database.ExecuteAsync(
            "begin; update instance_sweep set swept_at = now() - interval '1 min'; update service_instance set renewed_at = now() - interval '1 min'; commit");

        await Task.Delay(TimeSpan.FromSeconds(2.5));
        await StatesAsync("pod-1 ready", "pod-2 ready");

        await bank.Database.ExecuteAsync("update instance_sweep set resumed_at = now() - interval '31 s'; update service_instance set renewed_at = now() where instance = 'pod-2'");
        await StatesAsync("pod-2 ready");
    }

    [Fact]
    public async Task Who_may_not_is_refused_with_a_reason_that_an_administrator_sees()
    {
        Assert.Equal("not_the_owner", await CodeAsync(await PutAsync(caller, "evil", new { url = "http://127.0.0.1:1" }), 403));
        Assert.Equal("not_a_caller", await CodeAsync(await caller.GetAsync(List), 403));
        Assert.Equal("not_the_owner", await CodeAsync(await caller.DeleteAsync(List + "/pod-1"), 403));
        Assert.Equal("address_invalid", await CodeAsync(await PutAsync(service, "pod", new { url = "http://169.254.169.254/latest" }), 400));
        // What the database takes for no text would keep everybody's registrations from being written.
        Assert.Equal("address_invalid", await CodeAsync(await PutAsync(service, "pod", new { url = "http://127.0.0.1/\0" }), 400));
        Assert.Equal("instance_invalid", await CodeAsync(await PutAsync(service, "a%20b", new { url = "http://127.0.0.1:1" }), 400));
        Assert.Equal("registration_malformed", await CodeAsync(await PutAsync(service, "pod", "{\"url\":1}"), 400));
        Assert.Equal("registration_malformed", await CodeAsync(await PutAsync(service, "pod", "{\"url\":\"http://a\",\"url\":\"http://b\"}"), 400));
        Assert.Equal("registration_malformed", await CodeAsync(await PutAsync(service, "pod", ""), 400));
        Assert.Equal("registration_too_large", await CodeAsync(await PutAsync(service, "pod", new string(' ', 5000)), 413));
        using var chunked = new StreamContent(new Endless());
        Assert.Equal("registration_too_large", await CodeAsync(await service.PutAsync(List + "/pod", chunked), 413));
        using var stranger = new HttpClient { BaseAddress = new Uri(server.Address) };
        Assert.Equal(ReasonCode.TokenMissing, await CodeAsync(await PutAsync(stranger, "pod", "{}"), 401));
        Assert.Empty((await ReadAsync(service, null)).List.Instances);
        // Nor does what a caller writes keep what it was told from being: half a letter where it is cut, and no letter at all.
        Assert.Equal("not_found", await CodeAsync(await service.GetAsync($"/control/v1/instances/a{string.Concat(Enumerable.Repeat("%F0%9F%8F%A6", 300))}/v1/production"), 404));
        using (var report = new StringContent("{\"\\u0000\":1}", Encoding.UTF8, "application/json"))
            Assert.Equal("report_malformed", await CodeAsync(await service.PostAsync("/control/v1/usage", report), 400));

        await Eventually.HoldsAsync(async () => await bank.Database.ScalarAsync<long>("select coalesce(sum(count), 0)::bigint from control_refusal") == 14, TimeSpan.FromSeconds(5));
        Assert.Equal(2, await bank.Database.ScalarAsync<long>(
            $"select count from control_refusal where kind = 'registration' and client_id = '{bank.App.ClientId}' and reason = 'not_the_owner' and detail like '%payments%'"));
        Assert.Equal(1, await bank.Database.ScalarAsync<long>($"select count from control_refusal where client_id = '' and reason = '{ReasonCode.TokenMissing}'"));
    }

    [Fact]
    public async Task Who_lost_the_last_grant_no_longer_reads_where_it_runs()
    {
        await bank.GrantAsync("listPayments");
        await server.SettleAsync(bank);
        var (_, tag) = await ReadAsync(caller, null);
        await bank.Use<EndGrants>().ExecuteAsync(bank.Olivia, GrantScope.Of(Assert.Single(await bank.GrantsAsync()).Id), null, "Over.", default);
        await server.SettleAsync(bank);

        using var request = new HttpRequestMessage(HttpMethod.Get, List);
        request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        Assert.Equal("not_a_caller", await CodeAsync(await caller.SendAsync(request), 403));
    }

    [Fact]
    public async Task Where_an_application_that_was_disabled_runs_nobody_is_sent_any_more()
    {
        var other = await PlaneServer.RegisterAsync(bank, bank.Olivia, "payments", "Taken over");
        await server.SettleAsync(bank);
        using var stolen = await ClientAsync(other);
        await PutAsync("pod-1", new { url = "http://127.0.0.1:5081" });
        await PutAsync(stolen, "evil", new { url = "http://127.0.0.1:6666", lease = 300 });
        await StatesAsync("evil ready", "pod-1 ready");

        Assert.True((await bank.Use<DisableApplication>().ExecuteAsync(bank.Olivia, other.ClientId, true, "Its secret was stolen.", default)).Succeeded);
        await StatesAsync("pod-1 ready");
        await server.SettleAsync(bank);
        Assert.Equal("not_the_owner", await CodeAsync(await PutAsync(stolen, "evil", new { url = "http://127.0.0.1:6666" }), 403));
    }

    [Fact]
    public async Task After_a_restore_a_list_under_a_revision_that_callers_hold_already_reaches_them_with_the_operators_statement()
    {
        await PutAsync("pod-1", new { url = "http://127.0.0.1:5081" });
        await StatesAsync("pod-1 ready");
        var (lost, tag) = await ReadAsync(service, null);
        await bank.Database.ExecuteAsync(
            $"begin; delete from service_instance; delete from instance_list; update instance_head set revision = {lost.Revision - 1}; select pg_notify('instances_changed', ''); commit");
        await StatesAsync();
        await PutAsync("pod-2", new { url = "http://127.0.0.1:5082" });
        await StatesAsync("pod-2 ready");
        Assert.Equal(tag, (await ReadAsync(service, null)).Tag);

        var waiting = ReadAsync(service, tag, wait: 20);
        await bank.Database.ScalarAsync<long>("select policy_restored(0)");
        var (list, _) = await waiting;
        Assert.Equal("pod-2", Assert.Single(list.Instances).Id);
        Assert.True(list.Revision > lost.Revision);
        await PutAsync("pod-3", new { url = "http://127.0.0.1:5083" });
        await StatesAsync("pod-2 ready", "pod-3 ready");
        Assert.True((await ReadAsync(service, null)).List.Revision > list.Revision);
    }

    [Fact]
    public async Task A_flood_of_registrations_fills_one_room_and_no_more()
    {
        for (var i = 0; i < Discovery.Leases.MostPerLine; i++)
            await PutAsync($"pod-{i}", new { url = "http://127.0.0.1:5081" });

        Assert.Equal("line_full", await CodeAsync(await PutAsync(service, "one-more", new { url = "http://127.0.0.1:5081" }), 429));
        // Those that are in go on, as long as they do not change all the time.
        await PutAsync("pod-7", new { url = "http://127.0.0.1:5081" });
        Assert.Equal("too_many_changes", await CodeAsync(await PutAsync(service, "pod-7", new { url = "http://127.0.0.1:5082" }), 429));
        await Eventually.HoldsAsync(async () => (await ReadAsync(service, null)).List.Instances.Count == Discovery.Leases.MostPerLine, TimeSpan.FromSeconds(5));
    }

    private Task<int> SilentAsync(string which) => bank.Database.ExecuteAsync($"update service_instance set renewed_at = now() - interval '16 s' where {which}");

    private Task StatesAsync(params string[] expected) => Eventually.HoldsAsync(
        async () => (await ReadAsync(service, null)).List.Instances.Select(i => $"{i.Id} {i.State}").SequenceEqual(expected), TimeSpan.FromSeconds(6));

    private async Task PutAsync(string instance, object body) => Assert.Equal(HttpStatusCode.NoContent, (await PutAsync(service, instance, body)).StatusCode);

    private static async Task<HttpResponseMessage> PutAsync(HttpClient client, string instance, object body)
    {
        using var content = new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        return await client.PutAsync($"{List}/{instance}", content);
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer, int status)
    {
        using (answer)
        {
            Assert.Equal(status, (int)answer.StatusCode);
            return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString();
        }
    }

    /// <summary>What is signed with the published keys; as it was when nothing newer came.</summary>
    private async Task<(InstanceList List, string Tag)> ReadAsync(HttpClient client, string? tag, int wait = 0)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, ControlAddress.Following(List, tag, wait));
        using var answer = await client.SendAsync(request);
        var body = await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
        Assert.True(JwkSet.TryParse(await client.GetByteArrayAsync("/.well-known/jwks.json"), out var keys));
        var verification = new JwsVerifier(VerificationKey.FromSet(keys, JwsAlgorithm.ES256)).Verify(body, JwsExpectation.OfType(InstanceList.MediaType) with { MaxLength = 1_000_000 });
        Assert.True(verification.IsValid, verification.Failure.ToString());
        return (JsonSerializer.Deserialize(verification.Jws!.Payload.Span, DiscoveryJson.Default.InstanceList)!, answer.Headers.ETag!.Tag);
    }

    private async Task<HttpClient> ClientAsync(RegisteredApplication application)
    {
        var client = new HttpClient { BaseAddress = new Uri(server.Address) };
        // The token plane hears of a new application by itself, maybe later than the control plane.
        await Eventually.HoldsAsync(
            async () =>
            {
                using var tokens = server.TokensOf(application, bank.Clock);
                try
                {
                    client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await tokens.GetTokenAsync(ControlAddress.Audience));
                    return true;
                }
                catch (MarketplaceTokenException)
                {
                    return false;
                }
            },
            TimeSpan.FromSeconds(10));
        return client;
    }

    /// <summary>A body without a length that goes on for long.</summary>
    private sealed class Endless : MemoryStream
    {
        public Endless() : base(new byte[100_000], writable: false)
        {
        }

        public override bool CanSeek => false;
    }
}
