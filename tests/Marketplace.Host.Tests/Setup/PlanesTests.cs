using System.Net;
using Marketplace.Testing;

namespace Marketplace.Host.Tests.Setup;

/// <summary>One database that somebody else runs, and each plane a process of its own, as docker-compose.yml has it.</summary>
public sealed class PlanesTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly FormUrlEncodedContent NoClient = new(new Dictionary<string, string>(StringComparer.Ordinal) { ["grant_type"] = "client_credentials" });

    [Fact]
    public async Task Each_plane_serves_its_own_and_nothing_else()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();
        var password = Path.Combine(TestFolder.Create("planes"), "admin-password");
        await File.WriteAllTextAsync(password, "correct horse battery staple\n");

        // All at once: two wait for the third to bring the database up to this build.
        var starts = new[] { "governance", "token", "control" }
            .Select(plane => StartAsync(database, ("Planes", plane), ("MARKETPLACE_ADMIN_PASSWORD_FILE", password))).ToArray();
        var hosts = await Task.WhenAll(starts);
        await using var governance = hosts[0];
        await using var token = hosts[1];
        await using var control = hosts[2];

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(governance, "/sign-in"));
        Assert.NotEqual(HttpStatusCode.OK, await StatusAsync(governance, "/.well-known/jwks.json"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(token, "/.well-known/jwks.json"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await token.Client.PostAsync("/oauth/token", NoClient)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(token, "/sign-in"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(control, "/control/v1/snapshots/payments/v1/production"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(control, "/sign-in"));
        Assert.Equal("admin", await database.ScalarAsync<string>("select string_agg(user_name, ' ') from person"));
        TestFolder.Delete(Path.GetDirectoryName(password)!);
    }

    [Theory]
    [InlineData("https://marketplace.bank.example", true)]
    [InlineData("http://marketplace.bank.example", false)]
    public async Task A_session_never_travels_in_clear_where_the_public_address_is_https(string address, bool secure)
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();
        var password = Path.Combine(TestFolder.Create("secure"), "admin-password");
        await File.WriteAllTextAsync(password, "correct horse battery staple\n");
        await using var host = await StartAsync(database, ("PublicUrl", address), ("MARKETPLACE_ADMIN_PASSWORD_FILE", password));
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = host.Url };
        var form = await http.GetStringAsync("/sign-in");
        const string name = "name=\"__RequestVerificationToken\" value=\"";
        var from = form.IndexOf(name, StringComparison.Ordinal) + name.Length;

        using var answer = await http.PostAsync("/sign-in", new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["userName"] = "admin",
            ["password"] = "correct horse battery staple",
            ["__RequestVerificationToken"] = form[from..form.IndexOf('"', from)],
        }));

        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), c => c.StartsWith("mkt-session=", StringComparison.Ordinal));
        Assert.Equal(secure, cookie.Contains("; secure", StringComparison.OrdinalIgnoreCase));
        TestFolder.Delete(Path.GetDirectoryName(password)!);
    }

    [Fact]
    public async Task Demo_people_are_not_made_beside_a_database_that_somebody_else_runs()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();

        await using var host = await StartAsync(database, ("MARKETPLACE_DEMO", "true"));

        Assert.Equal(0L, await database.ScalarAsync<long>("select count(*) from person"));
    }

    [Theory]
    [InlineData("Planes", "governance,tokens", "Planes names \"tokens\"")]
    [InlineData("MARKETPLACE_PORT", "http", "MARKETPLACE_PORT is \"http\"")]
    [InlineData("PublicUrl", "marketplace.example", "PublicUrl is \"marketplace.example\"")]
    [InlineData("MARKETPLACE_MASTER_KEY", "short", "does not hold 32 bytes")]
    [InlineData("MARKETPLACE_MASTER_KEY", "", "There is no master key")]
    public async Task What_cannot_work_is_one_sentence(string setting, string value, string sentence)
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(database, (setting, value)));

        Assert.Contains("exit code 1", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refusal.Message, StringComparison.Ordinal);
    }

    private static Task<HostProcess> StartAsync(TestDatabase database, params (string Name, string Value)[] settings) => HostProcess.StartAsync(new()
    {
        ConnectionString = database.ConnectionString,
        Environment = settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value, StringComparer.Ordinal),
    });

    private static async Task<HttpStatusCode> StatusAsync(HostProcess host, string path)
    {
        using var answer = await host.Client.GetAsync(path);
        return answer.StatusCode;
    }
}
