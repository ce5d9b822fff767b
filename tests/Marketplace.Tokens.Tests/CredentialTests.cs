using System.Diagnostics;
using System.Net;
using Marketplace.Core.Applications;
using Marketplace.Jose;
using Marketplace.Testing;
using Marketplace.Tokens.Clients;

namespace Marketplace.Tokens.Tests;

/// <summary>What becomes of a credential at the token endpoint: noted when used, slowed when guessed at.</summary>
public sealed class CredentialTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Each_credential_tells_when_it_was_last_used()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var second = (await bank.Use<AddCredential>().ExecuteAsync(bank.Dirk, new(bank.App.ClientId, "second"), default)).Value!;
        await using var server = await TokenServer.StartAsync(bank);
        Assert.Equal(200, await AskAsync(server, bank, second.Secret!));
        var first = bank.Clock.GetUtcNow();
        await server.UntilAsync(async () => await LastUsedAsync(bank, "second") == first, TimeSpan.FromSeconds(15));
        Assert.Null(await LastUsedAsync(bank, "first"));

        // A wrong secret is no use of the right one.
        bank.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(401, await AskAsync(server, bank, second.Secret + "x"));
        Assert.Equal(200, await AskAsync(server, bank, bank.App.Secret!));
        await server.UntilAsync(async () => await LastUsedAsync(bank, "first") == first.AddMinutes(1), TimeSpan.FromSeconds(15));
        Assert.Equal(first, await LastUsedAsync(bank, "second"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_credential_stops_at_the_second_of_its_own_end_and_its_successor_goes_on(bool isKey)
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var (old, next) = (Jwk.Generate(JwsAlgorithm.ES256), Jwk.Generate(JwsAlgorithm.ES256));
        var end = bank.Clock.GetUtcNow().AddHours(1);
        var ending = (await bank.Use<AddCredential>().ExecuteAsync(bank.Dirk, new(bank.App.ClientId, "2026", isKey ? old.ToJson() : null, end), default)).Value!;
        var staying = (await bank.Use<AddCredential>().ExecuteAsync(bank.Dirk, new(bank.App.ClientId, "2027", isKey ? next.ToJson() : null), default)).Value!;
        await using var server = await TokenServer.StartAsync(bank);
        Task<int> OldAsync() => isKey ? AssertAsync(server, bank, old) : AskAsync(server, bank, ending.Secret!);
        Task<int> NextAsync() => isKey ? AssertAsync(server, bank, next) : AskAsync(server, bank, staying.Secret!);

        bank.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
        Assert.Equal((200, 200), (await OldAsync(), await NextAsync()));
        bank.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((401, 200), (await OldAsync(), await NextAsync()));
        // Nothing but time has passed: no change of policy told it.
        Assert.Equal(200, await AskAsync(server, bank, bank.App.Secret!));
    }

    [Fact]
    [Standard("RFC 6749 §2.3.1")]
    public async Task Guessing_grows_slow_and_never_keeps_the_client_itself_out()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await using var server = await TokenServer.StartAsync(bank, failureDelay: TimeSpan.FromSeconds(6));
        for (var i = 0; i < 11; i++)
            Assert.Equal(401, await AskAsync(server, bank, "guess" + i));
        var guess = Stopwatch.StartNew();
        var guessing = Enumerable.Range(0, 20).Select(i => AskAsync(server, bank, "more" + i)).ToList();

        // From the same address, for the same client, in the same second.
        for (var i = 0; i < 20; i++)
            Assert.Equal(200, await AskAsync(server, bank, bank.App.Secret!));
        Assert.All(guessing, waits => Assert.False(waits.IsCompleted));
        Assert.All(await Task.WhenAll(guessing), status => Assert.Equal(401, status));
        Assert.True(guess.Elapsed > TimeSpan.FromSeconds(5.9), $"Guessing took only {guess.Elapsed}.");
    }

    [Fact]
    public void The_first_failures_are_free_and_the_wait_has_an_end()
    {
        var longest = TimeSpan.FromSeconds(2);
        Assert.Equal(TimeSpan.Zero, FailureDelay.DelayAfter(5, longest));
        Assert.Equal(TimeSpan.FromMilliseconds(50), FailureDelay.DelayAfter(6, longest));
        Assert.Equal(TimeSpan.FromMilliseconds(400), FailureDelay.DelayAfter(9, longest));
        foreach (var failures in new[] { 12, 40, 100, int.MaxValue })
            Assert.Equal(longest, FailureDelay.DelayAfter(failures, longest));
        Assert.Equal(TimeSpan.Zero, FailureDelay.DelayAfter(100, TimeSpan.Zero));
    }

    [Fact]
    public async Task Invented_names_take_no_memory_and_push_nobody_out()
    {
        var delay = new FailureDelay(new TokenPlaneOptions { Issuer = "https://tokens.example", MaxFailureDelay = TimeSpan.FromMilliseconds(400) }, TimeProvider.System);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        // Each from an address of its own: as many as one likes, and a home line has 2^64 of them.
        for (var i = 0; i < 40_000; i++)
            await delay.WaitAsync(null, i + new string('x', 2_000), default);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 20 << 20);
        Assert.InRange(await FailAsync(i => (null, "the-client")), TimeSpan.FromMilliseconds(390), TimeSpan.MaxValue);
        Assert.InRange(await FailAsync(i => (IPAddress.Parse($"2001:db8:1:2:{i:x}::{i:x}"), null)), TimeSpan.FromMilliseconds(390), TimeSpan.MaxValue);

        // The wait of the last of ten.
        async Task<TimeSpan> FailAsync(Func<int, (IPAddress?, string?)> who)
        {
            for (var i = 0; ; i++)
            {
                var start = Stopwatch.GetTimestamp();
                Assert.True(await delay.WaitAsync(who(i).Item1, who(i).Item2, default));
                if (i == 9)
                    return Stopwatch.GetElapsedTime(start);
            }
        }
    }

    private static async Task<int> AskAsync(TokenServer server, Bank bank, string secret) => (await server.PostAsync(
        bank.App.ClientId, secret, ("grant_type", "client_credentials"), ("resource", TokenPlaneOptions.ControlAudience))).Status;

    private static async Task<int> AssertAsync(TokenServer server, Bank bank, Jwk key)
    {
        var (client, now) = (bank.App.ClientId, bank.Clock.GetUtcNow().ToUnixTimeSeconds());
        var assertion = new JwsSigner(key, JwsAlgorithm.ES256, "JWT").Sign(
            $$"""{"iss":"{{client}}","sub":"{{client}}","aud":"{{server.Issuer}}","jti":"{{Guid.NewGuid()}}","exp":{{now + 60}}}""");
        return (await server.PostAsync(
            null, null, ("grant_type", "client_credentials"), ("client_assertion", assertion),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), ("resource", TokenPlaneOptions.ControlAudience))).Status;
    }

    private static async Task<DateTimeOffset?> LastUsedAsync(Bank bank, string label)
    {
        var details = await bank.Use<ApplicationReader>().FindAsync(bank.Dirk, bank.App.ClientId, default);
        return details!.Credentials.Single(c => c.Label == label).LastUsedAt;
    }
}
