using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.RegularExpressions;
using Marketplace.Contracts.Rest;
using Marketplace.Core.People;
using Marketplace.Portal.Tests.Catalog;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.Rest.Publishing;

/// <summary>What the worst documents cost the real host, a process of its own, by the kernel's count.</summary>
public sealed partial class BoundedMemoryTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const int Megabyte = 1024 * 1024;

    [Fact]
    public async Task Sixty_megabytes_and_an_alias_bomb_cost_the_host_less_than_they_are()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        bank.Clock.Advance(TimeProvider.System.GetUtcNow() - bank.Clock.GetUtcNow());
        await using var host = await HostProcess.StartAsync(new() { ConnectionString = bank.Database.ConnectionString });
        var token = await bank.Use<AccessTokens>().CreateAsync(bank.Olivia, new("test", 1, Enum.GetValues<TokenScope>()), null, default);
        host.Client.DefaultRequestHeaders.Authorization = new("Bearer", token.Value!.Value);
        using var created = await host.Client.PostAsJsonAsync("/api/v1/apis", new NewApiBody("payments", "cards", "Cards", "", "internal"));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        // The first of everything loads code, which is not what a document costs.
        await SendAsync(host, new StringContent(BadDocuments.Bomb), "application/yaml");
        await SendAsync(host, Megabytes(1), "application/json");

        var cost = await CostAsync(host, 150 * Megabyte, async () =>
        {
            Assert.Equal("document_too_large", await SendAsync(host, Megabytes(60), "application/json"));
            // Of unknown length, it is cut off in the middle of sending: the client may see its pipe break before it sees the answer.
            var broken = await Record.ExceptionAsync(() => SendAsync(host, Megabytes(60), "application/json", chunked: true));
            Assert.True(broken is null or HttpRequestException, broken?.ToString());
        });
        Assert.InRange(cost, 0, 150 * Megabyte);

        cost = await CostAsync(host, 250 * Megabyte, async () =>
            Assert.Equal("yaml_alias_expansion", await SendAsync(host, new StringContent(BadDocuments.Bomb), "application/yaml")));
        Assert.InRange(cost, 0, 250 * Megabyte);
        Assert.Equal(1L, await bank.Database.ScalarAsync<long>("select count(*) from api_version"));
    }

    /// <summary>What four of them need at their peak. Where the machine is busy, the collector may come late once, but not three times.</summary>
    private static async Task<long> CostAsync(HostProcess host, long bound, Func<Task> send)
    {
        var least = long.MaxValue;
        for (var round = 0; round < 3 && least > bound; round++)
        {
            var idle = Resident(host, "VmRSS");
            ForgetPeak(host);
            for (var i = 0; i < 4; i++)
                await send();
            least = Math.Min(least, Math.Max(0, Resident(host, "VmHWM") - idle));
        }

        return least;
    }

    private static async Task<string> SendAsync(HostProcess host, HttpContent content, string type, bool chunked = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/apis/cards/versions/v1/revisions") { Content = content };
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        request.Headers.ExpectContinue = true;
        request.Headers.TransferEncodingChunked = chunked;
        using var answer = await host.Client.SendAsync(request);
        Assert.Equal(ProblemBody.ContentType, answer.Content.Headers.ContentType?.MediaType);
        return (await answer.Content.ReadFromJsonAsync<ProblemBody>())!.Code;
    }

    private static ByteArrayContent Megabytes(int count)
    {
        var bytes = new byte[count * Megabyte];
        bytes.AsSpan().Fill((byte)'[');
        return new ByteArrayContent(bytes);
    }

    /// <summary>proc(5): VmRSS is what the process holds, VmHWM the most it ever held.</summary>
    private static long Resident(HostProcess host, string what) => 1024 * long.Parse(
        Kilobytes().Match(File.ReadLines($"/proc/{host.Process.Id}/status").Single(line => line.StartsWith(what, StringComparison.Ordinal))).Value);

    /// <summary>proc(5): 5 resets VmHWM to what is held now.</summary>
    private static void ForgetPeak(HostProcess host) => File.WriteAllText($"/proc/{host.Process.Id}/clear_refs", "5");

    [GeneratedRegex("[0-9]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Kilobytes();
}
