using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Marketplace.Contracts.Policy;
using Marketplace.Core.Applications;
using Marketplace.Testing;

namespace Marketplace.ControlPlane.Tests;

/// <summary>Snapshots compressed, and through a cache that somebody put in between: Debian's nginx.</summary>
public sealed class CachedSnapshotTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private const string Snapshot = "/control/v1/snapshots/payments/v1/production";
    private Bank bank = null!;
    private PlaneServer server = null!;
    private RegisteredApplication another = null!;
    private string token = null!;

    public async ValueTask InitializeAsync()
    {
        bank = await Bank.OpenAsync(postgres);
        var service = await PlaneServer.RegisterAsync(bank, bank.Olivia, "payments", "Payments service");
        another = await PlaneServer.RegisterAsync(bank, bank.Olivia, "payments", "Another of the team");
        server = await PlaneServer.StartAsync(bank);
        token = await TokenAsync(service);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await bank.DisposeAsync();
    }

    [Fact]
    public async Task Who_takes_gzip_gets_it_under_a_tag_of_its_own_and_either_tag_is_known()
    {
        var plain = await server.PullAsync(token);
        using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
        using var request = new HttpRequestMessage(HttpMethod.Get, Snapshot) { Headers = { Authorization = new("Bearer", token), AcceptEncoding = { new("gzip") } } };
        using var compressed = await http.SendAsync(request);
        var packed = await compressed.Content.ReadAsByteArrayAsync();

        Assert.Equal("gzip", Assert.Single(compressed.Content.Headers.ContentEncoding));
        Assert.Contains("Accept-Encoding", compressed.Headers.Vary);
        Assert.True(packed.Length < plain.Body.Length, $"{packed.Length} bytes of {plain.Body.Length}");
        using var unpacked = new StreamReader(new System.IO.Compression.GZipStream(new MemoryStream(packed), System.IO.Compression.CompressionMode.Decompress));
        Assert.Equal(plain.Body, await unpacked.ReadToEndAsync());
        Assert.NotEqual(plain.ETag, compressed.Headers.ETag!.Tag);
        Assert.Equal(304, (await server.PullAsync(token, etag: plain.ETag)).Status);
        Assert.Equal(304, (await server.PullAsync(token, etag: compressed.Headers.ETag.Tag)).Status);
        using var refused = new HttpRequestMessage(HttpMethod.Get, Snapshot) { Headers = { Authorization = new("Bearer", token), AcceptEncoding = { new("gzip", 0) } } };
        Assert.Empty((await http.SendAsync(refused)).Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task Who_holds_one_of_the_last_few_snapshots_is_told_what_is_new_and_others_the_whole()
    {
        using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
        var held = new List<(string Body, string? ETag)>();
        foreach (var operation in Bank.PaymentOperations.Append(null))
        {
            var pull = await GetAsync(http, token, Snapshot, SnapshotDelta.MediaType);
            Assert.Equal(ControlAddress.MediaType, pull.MediaType);
            held.Add((pull.Body, pull.ETag));
            if (operation is not null)
                await bank.GrantAsync(operation);
            await server.SettleAsync(bank);
        }

        var newest = held[^1].Body;
        foreach (var (body, etag) in held.SkipLast(1).TakeLast(2))
        {
            var delta = await GetAsync(http, token, "/" + ControlAddress.Following(Snapshot.TrimStart('/'), etag, 0), ControlAddress.DeltaOrWhole);
            Assert.Equal((HttpStatusCode.OK, SnapshotDelta.MediaType), (delta.Status, delta.MediaType));
            Assert.InRange(delta.Body.Length, 1, newest.Length - 1);
            Assert.Equal(newest, SnapshotDelta.Apply(Encoding.UTF8.GetBytes(delta.Body), SnapshotDelta.PayloadOf(body), 1_000_000));
            // What a delta came with is known, and is where the next one begins.
            Assert.Equal(304, (await server.PullAsync(token, etag: delta.ETag)).Status);
            Assert.Equal(HttpStatusCode.NotModified, (await GetAsync(http, token, "/" + ControlAddress.Following(Snapshot.TrimStart('/'), delta.ETag, 0), ControlAddress.DeltaOrWhole, delta.ETag)).Status);
        }

        // Too long ago; and who takes no delta.
        Assert.Equal(newest, (await GetAsync(http, token, "/" + ControlAddress.Following(Snapshot.TrimStart('/'), held[0].ETag, 0), ControlAddress.DeltaOrWhole)).Body);
        Assert.Equal(newest, (await GetAsync(http, token, "/" + ControlAddress.Following(Snapshot.TrimStart('/'), held[^2].ETag, 0))).Body);
    }

    [Fact]
    public async Task A_cache_in_between_gives_a_snapshot_to_nobody_who_may_not_have_it()
    {
        await using var cache = await NginxCache.StartAsync(server.Address);
        using var http = new HttpClient { BaseAddress = cache.Url };

        var first = await GetAsync(http, token, Snapshot);
        var stranger = await GetAsync(http, await TokenAsync(bank.App), Snapshot);
        var nobody = await GetAsync(http, null, Snapshot);

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Unauthorized), (stranger.Status, nobody.Status));
        Assert.DoesNotContain(first.Body, stranger.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cache_in_between_keeps_a_snapshot_and_gives_it_to_each_whom_we_let_have_it_until_there_is_another()
    {
        await using var cache = await NginxCache.StartAsync(server.Address);
        using var http = new HttpClient { BaseAddress = cache.Url };
        var other = await TokenAsync(another);
        var first = await GetAsync(http, token, Snapshot);
        Assert.Equal("MISS", first.Cache);

        // Ours was a 304, to that puller's own token; the body is the cache's.
        var second = await GetAsync(http, other, Snapshot);
        Assert.Equal((HttpStatusCode.OK, "REVALIDATED", first.Body, first.ETag), (second.Status, second.Cache, second.Body, second.ETag));
        Assert.Equal((HttpStatusCode.Forbidden, "EXPIRED"), Outcome(await GetAsync(http, await TokenAsync(bank.App), Snapshot)));
        Assert.Equal((HttpStatusCode.Unauthorized, "EXPIRED"), Outcome(await GetAsync(http, null, Snapshot)));

        await bank.GrantAsync("listPayments");
        await server.SettleAsync(bank);
        var changed = await GetAsync(http, other, Snapshot);
        Assert.Equal((HttpStatusCode.OK, "EXPIRED"), Outcome(changed));
        Assert.NotEqual(first.Body, changed.Body);
        var again = await GetAsync(http, token, Snapshot);
        Assert.Equal((changed.Body, "REVALIDATED"), (again.Body, again.Cache));

        // What is new is kept apart from the whole.
        var following = "/" + ControlAddress.Following(Snapshot.TrimStart('/'), first.ETag, 25);
        Assert.Equal("MISS", (await GetAsync(http, token, following, ControlAddress.DeltaOrWhole, first.ETag)).Cache);
        var delta = await GetAsync(http, other, following, ControlAddress.DeltaOrWhole, first.ETag);
        Assert.Equal(("REVALIDATED", SnapshotDelta.MediaType), (delta.Cache, delta.MediaType));
        Assert.Equal(changed.Body, (await GetAsync(http, other, following, known: first.ETag)).Body);

        static (HttpStatusCode, string?) Outcome((HttpStatusCode Status, string Body, string? ETag, string? MediaType, string? Cache) answer) => (answer.Status, answer.Cache);
    }

    [Fact]
    public async Task Through_a_cache_a_change_arrives_at_once_at_those_who_wait_and_at_those_who_fell_behind()
    {
        await using var cache = await NginxCache.StartAsync(server.Address);
        using var http = new HttpClient { BaseAddress = cache.Url };
        var old = await GetAsync(http, token, Snapshot);
        var following = "/" + ControlAddress.Following(Snapshot.TrimStart('/'), old.ETag, 25);
        var waiting = Enumerable.Range(0, 5).Select(_ => GetAsync(http, token, following)).ToList();
        await Task.Delay(300);
        Assert.All(waiting, pull => Assert.False(pull.IsCompleted));

        await bank.GrantAsync("listPayments");
        foreach (var pull in waiting)
            Assert.NotEqual(old.Body, (await pull.WaitAsync(Busy.Allow(TimeSpan.FromSeconds(5)))).Body);
        Assert.NotEqual(old.Body, (await GetAsync(http, token, following).WaitAsync(Busy.Allow(TimeSpan.FromSeconds(5)))).Body);
    }

    private async Task<string> TokenAsync(RegisteredApplication application)
    {
        using var tokens = server.TokensOf(application, bank.Clock);
        return await tokens.GetTokenAsync(ControlAddress.Audience);
    }

    private static async Task<(HttpStatusCode Status, string Body, string? ETag, string? MediaType, string? Cache)> GetAsync(
        HttpClient http, string? token, string path, string? accept = null, string? known = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        if (accept is not null)
            request.Headers.Add("Accept", accept);
        if (known is not null)
            request.Headers.Add("If-None-Match", known);
        using var response = await http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.ETag?.ToString(), response.Content.Headers.ContentType?.MediaType,
            response.Headers.TryGetValues("X-Cache", out var cache) ? cache.Single() : null);
    }
}
