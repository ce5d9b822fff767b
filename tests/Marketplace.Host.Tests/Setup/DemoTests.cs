using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Marketplace.Host.Embedded;
using Marketplace.Testing;
using Npgsql;

namespace Marketplace.Host.Tests.Setup;

public sealed class DemoTests : IDisposable
{
    private readonly string _folder = TestFolder.Create("demo");

    public void Dispose() => TestFolder.Delete(_folder);

    [Fact]
    public async Task The_demo_is_made_once_and_its_consumer_gets_a_token_for_what_was_granted()
    {
        string people;
        await using (var first = await StartAsync())
        {
            people = Read("people.txt");
            Assert.Equal("listPayments getPayment", await ScopeOfATokenAsync(first));
            // Its own API is published once it runs.
            await Eventually.HoldsAsync(() => File.Exists(Path.Combine(_folder, "demo", "own-api-published")), TimeSpan.FromSeconds(60));
        }

        await using var second = await StartAsync();

        Assert.Equal(people, Read("people.txt"));
        Assert.Equal(Read("people.txt").Split('\n').Length, (int)(long)(await ScalarAsync("select count(*) from person"))!);
        Assert.Equal(3L, await ScalarAsync("select count(distinct platform_role) from person"));
        Assert.Equal("accounts customers exchange-rates marketplace payments", await ScalarAsync(
            "select string_agg(name, ' ' order by name) from api join api_version on api_id = api.id where lifecycle = 'published'"));
        Assert.Equal(1L, await ScalarAsync("select count(*) from access_request where status = 'pending'"));
        Assert.Equal("listPayments getPayment", await ScopeOfATokenAsync(second));
        foreach (var file in Directory.GetFiles(Path.Combine(_folder, "demo")))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task A_first_start_killed_on_the_way_is_taken_up_by_the_next()
    {
        // The seed is at work as soon as its first file is there.
        await using (var killed = ChildProcess.Start("dotnet", [HostProcess.Dll], new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["MARKETPLACE_DATA"] = _folder,
            ["MARKETPLACE_PORT"] = LoopbackPort.Pick().ToString(),
        }))
        {
            await Eventually.HoldsAsync(() => File.Exists(Path.Combine(_folder, "demo", "consumer.id")), TimeSpan.FromSeconds(60));
            killed.Signal(Signals.Kill);
            await killed.Exit;
        }

        await using var next = await StartAsync();

        Assert.Equal(Read("people.txt").Split('\n').Length, (int)(long)(await ScalarAsync("select count(*) from person"))!);
        Assert.Equal(2L, await ScalarAsync("select count(*) from application"));
        Assert.Equal("listPayments getPayment", await ScopeOfATokenAsync(next));
    }

    private Task<HostProcess> StartAsync() => HostProcess.StartAsync(new() { DataFolder = _folder, Demo = true });

    private string Read(string name) => File.ReadAllText(Path.Combine(_folder, "demo", name)).Trim();

    private async Task<string?> ScopeOfATokenAsync(HostProcess host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth/token");
        var client = Encoding.ASCII.GetBytes($"{Read("consumer.id")}:{Read("consumer.secret")}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(client));
        request.Content = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "client_credentials",
            ["resource"] = "urn:marketplace:payments:v1:production",
        });
        using var answer = await host.Client.SendAsync(request);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return body.RootElement.TryGetProperty("scope", out var scope) ? scope.GetString() : body.RootElement.GetRawText();
    }

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create($"Host={Path.Combine(_folder, "socket")};Username=marketplace;Database=marketplace;Pooling=false");
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
