using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Marketplace.Contracts.Policy;
using Marketplace.Testing.Enforcement;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Gateways.Tests.Haproxy;

/// <summary>Ways round a gateway that a service with the SDK does not have, because there one parser reads the request.</summary>
public sealed class WayRoundTests : IAsyncLifetime
{
    private const string List = "/bank/v1/payments";
    private readonly TestIssuer issuer = new("http://localhost:5080", TimeProvider.System);
    private readonly ConcurrentQueue<(string Target, string Headers)> reached = new();
    private UnprotectedService? service;
    private RunningHaproxy? haproxy;

    [Fact]
    public async Task The_service_learns_client_and_operation_from_haproxy_alone()
    {
        var answer = await SendAsync("GET", List, "Marketplace-Client: app_other", "marketplace-operation: resetBank", "Marketplace_Client: app_other", "X-Keep: yes");
        Assert.Equal(200, answer.Status);
        var headers = Assert.Single(reached).Headers;
        Assert.Contains("marketplace-client: app_shop\n", headers, StringComparison.Ordinal);
        Assert.Contains("marketplace-operation: listPayments\n", headers, StringComparison.Ordinal);
        Assert.Contains("x-keep: yes\n", headers, StringComparison.Ordinal);
        Assert.Contains("authorization: Bearer ", headers, StringComparison.Ordinal);
        Assert.DoesNotContain("app_other", headers, StringComparison.Ordinal);
        Assert.DoesNotContain("resetBank", headers, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X_HTTP_Method_Override: DELETE", ReasonCode.MethodOverride)]
    [InlineData("X-Http_Method: DELETE", ReasonCode.MethodOverride)]
    [InlineData("X-Original-URL: /bank/v1/admin/reset", ReasonCode.PathNotCanonical)]
    [InlineData("X-Rewrite-Url: /bank/v1/admin/reset", ReasonCode.PathNotCanonical)]
    public async Task A_header_cannot_say_another_method_or_path(string header, string reason)
    {
        Assert.Equal(reason, (await SendAsync("GET", List, header)).Reason);
        Assert.Empty(reached);
    }

    [Theory]
    [InlineData("Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAMAAABkAAQAAP__")]
    [InlineData("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")]
    public async Task No_switch_of_protocol_is_offered_to_the_service(params string[] headers)
    {
        Assert.Equal(200, (await SendAsync("GET", List, headers)).Status);
        Assert.DoesNotContain("upgrade: ", Assert.Single(reached).Headers, StringComparison.Ordinal);
        Assert.DoesNotContain("http2-settings: ", Assert.Single(reached).Headers, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "http://localhost?x=/bank/v1/payments")]
    [InlineData("GET", "http://localhost")]
    [InlineData("GET", "ftp://localhost/bank/v1/payments/../admin")]
    [InlineData("OPTIONS", "*")]
    [InlineData("GET", "bank/v1/payments")]
    [InlineData("CONNECT", "localhost:80")]
    [InlineData("GET", "")]
    [InlineData("GET", "/bank/v1/payments /bank/v1/admin/reset")]
    public async Task A_strange_target_reaches_nothing(string method, string target)
    {
        Assert.InRange((await SendAsync(method, target)).Status, 400, 403);
        Assert.Empty(reached);
    }

    [Fact]
    public async Task The_absolute_form_reaches_the_service_in_the_form_that_was_judged()
    {
        Assert.Equal(200, (await SendAsync("GET", "http://localhost/bank/v1/payments?a=/../b")).Status);
        Assert.Equal("/bank/v1/payments?a=/../b", Assert.Single(reached).Target);
    }

    [Fact]
    public async Task A_path_longer_than_any_template_is_unknown() =>
        Assert.Equal(ReasonCode.OperationUnknown, (await SendAsync("GET", List + "/" + new string('a', 4000))).Reason);

    [Fact]
    public async Task A_request_hidden_in_a_body_is_not_read_as_a_request()
    {
        const string hidden = "GET /bank/v1/admin/reset HTTP/1.1\r\nHost: localhost\r\n\r\n";
        var body = $"0\r\n\r\n{hidden}";
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, haproxy!.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {List} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {issuer.Token()}\r\nContent-Length: {body.Length}\r\nTransfer-Encoding: chunked\r\n\r\n{body}"));
        client.Client.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream);
        var answers = await reader.ReadToEndAsync();

        Assert.DoesNotContain(reached, one => one.Target.Contains("reset", StringComparison.Ordinal));
        Assert.DoesNotContain("resetBank", answers, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/bank/v1/payments", 200, null)]
    [InlineData("/bank/v1/admin/reset", 403, ReasonCode.OperationUnknown)]
    [InlineData("/bank/v1/payments/limits", 403, ReasonCode.OperationNotGranted)]
    [InlineData("/bank/v1/payments/a%2Fb", 403, ReasonCode.PathNotCanonical)]
    [InlineData("/bank/v1/accounts/ADMIN", 403, ReasonCode.PathNotCanonical)]
    public async Task Http_2_is_judged_like_http_1(string path, int status, string? reason)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{haproxy!.Port}{path}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", issuer.Token());
        using var answer = await http.SendAsync(request);
        Assert.Equal((status, reason), ((int)answer.StatusCode, answer.Headers.TryGetValues("Marketplace-Reason", out var said) ? said.Single() : null));
        Assert.Equal(HttpVersion.Version20, answer.Version);
    }

    [Fact]
    public async Task A_grant_that_begins_later_is_none_yet()
    {
        var token = issuer.Token(("client_id", "app_later"));
        var answer = await RawHttp.SendAsync(haproxy!.Port, "GET", List, ["Authorization: Bearer " + token]);
        Assert.Equal((403, ReasonCode.GrantEnded), (answer.Status, answer.Reason));
    }

    [Theory]
    [InlineData("a|0")]
    [InlineData("app_shop|0\n")]
    [InlineData("app_shop ")]
    [InlineData("APP_SHOP")]
    public async Task A_client_id_cannot_borrow_another_clients_grant(string client)
    {
        var token = issuer.Token(("client_id", client));
        Assert.Equal(ReasonCode.GrantEnded, (await RawHttp.SendAsync(haproxy!.Port, "GET", List, ["Authorization: Bearer " + token])).Reason);
    }

    [Theory]
    [InlineData("aud")]
    [InlineData("iss")]
    [InlineData("env")]
    [InlineData("exp")]
    [InlineData("iat")]
    public async Task A_claim_in_another_type_is_refused(string claim)
    {
        System.Text.Json.Nodes.JsonNode value = claim is "exp" or "iat"
            ? "soon"
            : new System.Text.Json.Nodes.JsonArray(claim switch { "aud" => EnforcementPolicy.Audience, "iss" => issuer.Issuer, _ => EnforcementPolicy.Environment });
        Assert.Equal(401, (await RawHttp.SendAsync(haproxy!.Port, "GET", List, ["Authorization: Bearer " + issuer.Token((claim, value))])).Status);
    }

    public async ValueTask InitializeAsync()
    {
        service = await UnprotectedService.StartAsync(routes => routes.Map("/{**rest}", context =>
        {
            var target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
            reached.Enqueue((target, string.Concat(context.Request.Headers.Select(one => $"{one.Key.ToLowerInvariant()}: {one.Value}\n"))));
            return Task.CompletedTask;
        }));
        var now = TimeProvider.System.GetUtcNow();
        var policy = EnforcementPolicy.Snapshot(issuer.Issuer, now);
        var later = policy.Grants[0] with { ClientId = "app_later", From = now.AddHours(1).ToUnixTimeSeconds() };
        haproxy = await RunningHaproxy.StartAsync(policy with { Grants = [.. policy.Grants, later] }, issuer.Jwks(), service.Port);
    }

    public async ValueTask DisposeAsync()
    {
        if (haproxy is not null)
            await haproxy.DisposeAsync();
        await service!.DisposeAsync();
        issuer.Dispose();
    }

    private Task<RawResponse> SendAsync(string method, string target, params string[] headers) =>
        RawHttp.SendAsync(haproxy!.Port, method, target, [.. headers, "Authorization: Bearer " + issuer.Token()]);
}
