using Marketplace.Core.Access;
using Marketplace.Core.Access.Approval.Policies;
using Marketplace.Core.People;
using Marketplace.Testing;
using Npgsql;

namespace Marketplace.Core.Tests.Access.Approval;

/// <summary>A text becomes the policy that decides: by two people, after a dry run, and never otherwise.</summary>
public sealed class ApprovalPolicyTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private const string Text = "rule \"Payments\" when api = payments and method = DELETE then platform, owner\notherwise then owner\ntest \"x\": api = payments, method = DELETE expects owner, platform\ntest \"y\": method = GET expects owner";
    private Bank _bank = null!;

    public async ValueTask InitializeAsync() => _bank = await Bank.OpenAsync(postgres, ownersDecide: false);

    public ValueTask DisposeAsync() => _bank.DisposeAsync();

    [Fact]
    public async Task A_new_marketplace_has_a_policy_that_holds_its_own_cases()
    {
        var first = (await Reader.FindAsync(1, default))!;
        Assert.Equal((true, null, "the marketplace"), (first.Row.IsInEffect, first.Row.WrittenBy, first.Row.LastPutBy ?? "the marketplace"));
        Assert.True(first.Report.MayTakeEffect);
        Assert.Empty(first.Report.Hints);
        Assert.Equal(8, first.Report.Cases.Count);
        Assert.Equal("break glass for public, internal, confidential in production up to 4 hours", Assert.Single(first.Emergencies).ToString());
        Assert.Equal(["automatic", "automatic", "owner, security_officer, platform", "owner, security_officer", "owner"], first.Rules.Select(r => r.Then.ToString()));
    }

    [Fact]
    public async Task It_takes_two_people_and_a_dry_run_against_the_policy_of_the_day()
    {
        var number = await WriteAsync(Text);
        Assert.Equal(["policy_untried"], await CodesAsync(_bank.Admin, number));
        Assert.Equal(["own_policy", "policy_untried", "reason_missing"], await CodesAsync(_bank.SecurityOfficer, number, " "));

        await TryAsync(number);
        _bank.Clock.Advance(TimeSpan.FromDays(8));
        Assert.Equal(["policy_untried"], await CodesAsync(_bank.Admin, number));
        await TryAsync(number);
        Assert.Equal(["own_policy"], await CodesAsync(_bank.SecurityOfficer, number));
        foreach (var other in new[] { _bank.Olivia, _bank.Auditor, _bank.Stranger })
            Assert.Equal([Problem.Forbidden], await CodesAsync(other, number));
        Assert.Empty(await CodesAsync(_bank.Admin, number));
        Assert.Equal(number, await Reader.NumberInEffectAsync(default));
        Assert.Equal(["already_in_effect"], await CodesAsync(_bank.Admin, number));

        // Tried against 1, while another has taken effect: what was looked at is no longer what changes.
        var stale = await WriteAsync("otherwise then platform");
        await TryAsync(stale);
        var next = await WriteAsync("otherwise then owner");
        await TryAsync(next);
        Assert.Empty(await CodesAsync(_bank.Admin, next));
        Assert.Equal(["policy_untried"], await CodesAsync(_bank.Admin, stale));
        Assert.Equal(
            $"{{\"before\":{number},\"after\":{next},",
            (await _bank.Database.ScalarAsync<string>("select content::json ->> 'details' from audit_event where action = 'approval_policy.put_into_effect' order by sequence desc limit 1"))![..$"{{\"before\":{number},\"after\":{next},".Length]);
    }

    [Fact]
    public async Task What_does_not_hold_its_cases_can_be_written_and_not_take_effect()
    {
        var write = _bank.Use<WriteApprovalPolicy>();
        var unreadable = await write.ExecuteAsync(_bank.Admin, new("rule \"A\" when x", " "), default);
        Assert.Equal([("policy_invalid", "text"), ("note_missing", "note")], unreadable.Problems.Select(p => (p.Code, p.Field!)));
        Assert.Equal(Problem.Forbidden, (await write.ExecuteAsync(_bank.Olivia, new(Text, "Mine."), default)).Problems[0].Code);
        Assert.Equal(Problem.Conflict, (await write.ExecuteAsync(_bank.Admin, new(Text, "Late.", BasedOn: 0), default)).Problems[0].Code);

        var number = await WriteAsync("rule \"A\" when method = GET then owner\nrule \"B\" when method = GET and same_team then automatic\ntest \"x\": method = GET expects platform");
        await TryAsync(number);
        var refused = await PutAsync(_bank.Admin, number);
        Assert.Equal(["policy_invalid", "policy_invalid", "case_failed"], refused.Problems.Select(p => p.Code));
        Assert.Equal("Line 3: “x” expects platform. With method = GET, rule \"A\" decides: owner.", refused.Problems[2].Message);
    }

    [Fact]
    public async Task Of_two_who_put_policies_into_effect_at_once_one_does()
    {
        var (one, other) = (await WriteAsync("otherwise then owner, platform"), await WriteAsync("otherwise then platform"));
        await TryAsync(one);
        await TryAsync(other);
        var outcomes = await Task.WhenAll(new[] { one, other }.Select(n => Task.Run(() => PutAsync(_bank.Admin, n))));
        Assert.Single(outcomes, o => o.Succeeded);
        Assert.Contains(outcomes.Single(o => !o.Succeeded).Problems[0].Code, new[] { Problem.Conflict, "policy_untried" });
        Assert.Equal(2L, await _bank.Database.ScalarAsync<long>("select count(*) from approval_policy_effect"));
    }

    [Fact]
    public async Task The_database_itself_refuses_that_a_writer_puts_an_own_text_into_effect()
    {
        var number = await WriteAsync(Text);
        foreach (var writer in new[] { $"'{_bank.SecurityOfficer.Id}'", $"'{_bank.Admin.Id}'" })
        {
            await Assert.ThrowsAsync<PostgresException>(() => _bank.Database.ExecuteAsync(
                $"insert into approval_policy_effect values (2, {number}, {writer}, 'Alone.', '{_bank.SecurityOfficer.Id}', now())"));
        }
    }

    [Fact]
    public async Task A_dry_run_says_what_of_last_month_would_go_another_way()
    {
        await _bank.RequestAsync("getPayment");
        _bank.Clock.Advance(TimeSpan.FromDays(31));
        var number = await _bank.RequestAsync("listPayments", "createPayment", "cancelPayment");
        var run = (await _bank.Use<CheckApprovalPolicy>().ExecuteAsync(_bank.Auditor, Text, default)).Value!.DryRun!;

        Assert.Equal((1, 3, 3, 0, 2), (run.Requests, run.Endpoints, run.Changed, run.Stricter, run.Looser));
        Assert.Equal(
            [(new RoutedBy("Confidential", "owner, security_officer"), new RoutedBy("otherwise", "owner"), "looser", 2), (new RoutedBy("Confidential", "owner, security_officer"), new RoutedBy("Payments", "owner, platform"), "other", 1)],
            run.Changes.Select(c => (c.From, c.To, c.Change, c.Endpoints)));
        Assert.Equal(["public production 4 ", "internal production 4 ", "confidential production 4 "], run.Emergencies.Select(e => $"{e.Classification} {e.Environment} {e.From} {e.To}"));
        Assert.Equal([(number, 2), (number, 1)], run.List.Select(r => (r.Number, r.Endpoints)).OrderByDescending(r => r.Endpoints));
        const string Wider = "break glass for internal, restricted in production up to 8 hours\n";
        var wider = (await _bank.Use<CheckApprovalPolicy>().ExecuteAsync(_bank.Auditor, Wider + Text, default)).Value!.DryRun!;
        Assert.Equal(["public stricter", "internal looser", "confidential stricter", "restricted looser"], wider.Emergencies.Select(e => $"{e.Classification} {e.Change}"));
        Assert.Equal(Problem.Forbidden, (await _bank.Use<CheckApprovalPolicy>().ExecuteAsync(_bank.Olivia, Text, default)).Problems[0].Code);
    }

    [Fact]
    public async Task An_older_text_comes_back_as_a_new_version_and_differences_are_shown()
    {
        var changed = await WriteAsync(Text);
        var first = (await Reader.FindAsync(1, default))!.Text;
        var back = await WriteAsync(first);
        Assert.Equal([back, changed, 1], (await Reader.ListAsync(new(), default)).Items.Select(p => p.Number));
        Assert.All((await Reader.CompareAsync(1, back, default))!, line => Assert.True(line.IsSame || line.Skipped > 0));
        Assert.Contains((await Reader.CompareAsync(1, changed, default))!, line => line.Right == "otherwise then owner");
        Assert.Equal("already_written", (await _bank.Use<WriteApprovalPolicy>().ExecuteAsync(_bank.Admin, new(first, "Again."), default)).Problems[0].Code);
    }

    private ApprovalPolicyReader Reader => _bank.Use<ApprovalPolicyReader>();

    private async Task<int> WriteAsync(string text)
    {
        var written = await _bank.Use<WriteApprovalPolicy>().ExecuteAsync(_bank.SecurityOfficer, new(text, "A test."), default);
        Assert.Empty(written.Problems);
        return written.Value;
    }

    private async Task TryAsync(int number) => Assert.Empty((await _bank.Use<TryApprovalPolicy>().ExecuteAsync(_bank.SecurityOfficer, number, default)).Problems);

    private Task<Outcome<int>> PutAsync(Actor actor, int number, string reason = "Agreed.") => _bank.Use<PutApprovalPolicyIntoEffect>().ExecuteAsync(actor, number, reason, default);

    private async Task<IEnumerable<string>> CodesAsync(Actor actor, int number, string reason = "Agreed.") => (await PutAsync(actor, number, reason)).Problems.Select(p => p.Code);
}
