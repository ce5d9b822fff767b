using System.Net.Http.Headers;
using System.Text.Json;
using Marketplace.Contracts.Rest;
using Marketplace.Core.People;
using Marketplace.Testing;

namespace Marketplace.Cli.Tests;

/// <summary>The real <c>mkt</c> against the real host, whose database somebody with every right to it rewrites.</summary>
public sealed class AuditCommandTests(AuditCommandTests.World world) : IClassFixture<AuditCommandTests.World>
{
    private readonly Bank _bank = world.Bank;
    private readonly HostProcess _host = world.Host;

    [Fact]
    public async Task What_nobody_touched_holds_and_whatever_was_done_to_it_is_told()
    {
        await File.WriteAllTextAsync(PathOf("all.jsonl"), await _host.Client.GetStringAsync("/api/v1/audit-export"));
        await File.WriteAllTextAsync(PathOf("part.jsonl"), await _host.Client.GetStringAsync("/api/v1/audit-export?api=payments"));
        await File.WriteAllTextAsync(PathOf("anchor.jws"), world.Anchor);

        AssertSaid(0, ": intact\n", await MktAsync("--url", _host.Url.ToString(), "--token-file", PathOf("token"), "--anchor", PathOf("anchor.jws")));
        AssertSaid(0, ": intact\n", await MktAsync("--file", PathOf("all.jsonl"), "--keys", PathOf("keys.json")));
        AssertSaid(0, ": intact\n", await MktAsync("--file", PathOf("part.jsonl"), "--keys", PathOf("keys.json")));

        var part = await File.ReadAllTextAsync(PathOf("part.jsonl"));
        await File.WriteAllTextAsync(PathOf("forged.jsonl"), part.Replace("The app shows payments.", "The app moves payments.", StringComparison.Ordinal));
        AssertSaid(3, "altered: its content is not what its hash covers", await MktAsync("--file", PathOf("forged.jsonl"), "--keys", PathOf("keys.json")));
        await File.WriteAllTextAsync(PathOf("forged.jsonl"), part[(part.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
        AssertSaid(3, "it is not the file that the marketplace signed", await MktAsync("--file", PathOf("forged.jsonl"), "--keys", PathOf("keys.json")));
        await File.WriteAllTextAsync(PathOf("forged.jsonl"), part[..part.LastIndexOf("{\"statement", StringComparison.Ordinal)]);
        AssertSaid(3, "the signed statement at its end is missing", await MktAsync("--file", PathOf("forged.jsonl"), "--keys", PathOf("keys.json")));

        // One event, as who may write to every table would change it.
        await _bank.Database.ExecuteAsync("update audit_event set reason = 'x', content = replace(content, '\"reason\":', '\"reason\":\"x\",\"was\":') where sequence = 2");
        AssertSaid(3, "event 2: altered", await MktAsync("--url", _host.Url.ToString(), "--token-file", PathOf("token")));

        // And all hashes after it made to fit, so that the chain by itself looks well.
        await _bank.Database.ExecuteAsync(
            """
            delete from audit_checkpoint;
            do $$ declare e audit_event; last bytea := decode(repeat('00', 32), 'hex');
            begin
              for e in select * from audit_event order by sequence loop
                update audit_event set previous_hash = last, hash = sha256(last || convert_to(e.content, 'UTF8')) where sequence = e.sequence returning hash into last;
              end loop;
              update audit_head set hash = last;
            end $$
            """);
        AssertSaid(0, ": intact\n", await MktAsync("--url", _host.Url.ToString(), "--token-file", PathOf("token")));
        AssertSaid(3, "rewritten: its hash was", await MktAsync("--url", _host.Url.ToString(), "--token-file", PathOf("token"), "--anchor", PathOf("anchor.jws")));
        AssertSaid(3, "event 2: the export has another one in its place", await MktAsync("--url", _host.Url.ToString(), "--token-file", PathOf("token"), "--file", PathOf("all.jsonl")));
    }

    [Fact]
    public async Task What_cannot_be_proved_is_said()
    {
        Assert.Equal(2, (await MktAsync("--file", PathOf("all.jsonl"))).Exit);
        await File.WriteAllTextAsync(PathOf("anchor.jws"), world.Anchor.Replace('.', '-'));
        Assert.Equal(1, (await MktAsync("--url", _host.Url.ToString(), "--token-file", PathOf("token"), "--anchor", PathOf("anchor.jws"))).Exit);
        var dirk = await _bank.Use<AccessTokens>().CreateAsync(_bank.Dirk, new("verify", 366, [TokenScope.Read]), null, default);
        await File.WriteAllTextAsync(PathOf("dirk"), dirk.Value!.Value);
        Assert.Equal((1, "The token's person does not see the whole audit trail; take one of an auditor.\n"),
            await MktAsync("--url", _host.Url.ToString(), "--token-file", PathOf("dirk")) is var (exit, _, errors) ? (exit, errors) : default);
    }

    private string PathOf(string name) => world.PathOf(name);

    private static void AssertSaid(int exit, string text, (int Exit, string Output, string Errors) said)
    {
        Assert.True(said.Exit == exit, $"{said.Exit}: {said.Output}{said.Errors}");
        Assert.Contains(text, said.Output, StringComparison.Ordinal);
    }

    private static async Task<(int Exit, string Output, string Errors)> MktAsync(params string[] arguments)
    {
        await using var mkt = ChildProcess.Start(Path.Combine(AppContext.BaseDirectory, "mkt"), ["audit", "verify", .. arguments]);
        var exit = await mkt.Exit;
        return (exit, mkt.Output, mkt.Errors);
    }

    /// <summary>A bank in whose name the host runs, and an auditor's token.</summary>
    public sealed class World : IAsyncLifetime
    {
        private readonly string _folder = TestFolder.Create("mkt-audit");

        public Bank Bank { get; private set; } = null!;

        public HostProcess Host { get; private set; } = null!;

        /// <summary>The checkpoint that the host signed at its start.</summary>
        public string Anchor { get; private set; } = null!;

        public string PathOf(string name) => Path.Combine(_folder, name);

        public async ValueTask InitializeAsync()
        {
            Bank = await Bank.OpenAsync(new PostgresFixture());
            await Bank.GrantAsync("getPayment", "listPayments");
            // The host goes by the real clock.
            Bank.Clock.Advance(TimeProvider.System.GetUtcNow() - Bank.Clock.GetUtcNow());
            Host = await HostProcess.StartAsync(new() { ConnectionString = Bank.Database.ConnectionString });
            var token = await Bank.Use<AccessTokens>().CreateAsync(Bank.Auditor, new("verify", 366, [TokenScope.Read]), null, default);
            await File.WriteAllTextAsync(PathOf("token"), token.Value!.Value);
            Host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Value.Value);
            await File.WriteAllTextAsync(PathOf("keys.json"), await Host.Client.GetStringAsync("/api/v1/audit-keys"));
            await Eventually.HoldsAsync(
                async () =>
                {
                    var found = JsonSerializer.Deserialize<CheckpointsBody>(await Host.Client.GetStringAsync("/api/v1/audit-checkpoints"), JsonSerializerOptions.Web)!;
                    Anchor = found.Items is [var newest, ..] ? newest.Token : null!;
                    return Anchor is not null;
                },
                TimeSpan.FromSeconds(20));
        }

        public async ValueTask DisposeAsync()
        {
            await Host.DisposeAsync();
            await Bank.DisposeAsync();
            TestFolder.Delete(_folder);
        }
    }
}
