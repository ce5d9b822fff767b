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

        // Or content taken away under an event that says that it was erased, which nobody signed.
        await _bank.Database.ExecuteAsync(
            """
            do $$ declare h audit_head; moment timestamptz := date_trunc('seconds', now()); told text;
            begin
              select * into h from audit_head;
              update audit_event set actor_id = null, actor = '', source = '', channel = null, action = '', subject_kind = '', subject_id = '', subject = '', reason = null, content = '' where sequence <= 3;
              delete from audit_about where sequence <= 3;
              told := json_build_object('sequence', h.sequence + 1, 'at', to_char(moment at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS') || '.0000000+00:00', 'actor', 'Eve', 'source', 'x', 'action', 'audit.erased',
                'subject_kind', 'audit', 'subject_id', 'x', 'subject', 'x', 'about', '[]'::json,
                'details', json_build_object('up_to', 3, 'hashes', (select encode(sha256(string_agg(hash, ''::bytea order by sequence)), 'hex') from audit_event where sequence <= 3)));
              insert into audit_event (sequence, at, actor, source, action, subject_kind, subject_id, subject, content, previous_hash, hash)
              values (h.sequence + 1, moment, 'Eve', 'x', 'audit.erased', 'audit', 'x', 'x', told, h.hash, sha256(h.hash || convert_to(told, 'UTF8')));
              update audit_head set sequence = h.sequence + 1, hash = sha256(h.hash || convert_to(told, 'UTF8'));
            end $$
            """);
        AssertSaid(3, "events 1 to 3: removed: the content is gone, and no erasure on the chain tells of it", await MktAsync("--url", _host.Url.ToString(), "--token-file", PathOf("token")));
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
