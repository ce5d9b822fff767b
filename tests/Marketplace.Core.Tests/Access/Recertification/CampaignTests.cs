using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Access.Recertification;
using Marketplace.Core.Access.Recertification.Evidence;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Access.Recertification;

public sealed class CampaignTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task What_is_asked_is_fixed_when_it_is_opened_with_the_never_used_first_and_its_reviewers_are_told_once()
    {
        await using var bank = await UsedBank.OpenAsync(postgres);
        var number = await bank.CampaignAsync();

        var items = await bank.ItemsAsync(number);
        Assert.Equal(
            [("createPayment", UseWord.Never), ("getPayment", UseWord.Unused), ("cancelPayment", UseWord.New), ("listPayments", UseWord.Used)],
            items.Select(i => (i.Operation, i.Use)));
        var used = items[3];
        Assert.Equal((7, 7, "Dirk Developer", 1L, "Olivia Owner", "Mobile app"), (used.Calls30, used.Calls90, used.RequestedBy, used.RequestNumber, used.GrantedBy, used.Application));
        foreach (var reviewer in new[] { bank.Olivia, bank.Oscar })
            Assert.StartsWith("Payments, fourth quarter: 4 grants to review until", Assert.Single(await bank.NewsAsync(reviewer)), StringComparison.Ordinal);
        Assert.Equal("recertification.opened", Assert.Single(await bank.AuditedAsync("recertification")));

        // What is granted later is not asked about, and what is used later is said beside what was known.
        await bank.UsedAsync("createPayment", -1);
        await bank.Database.ExecuteAsync("update access_grant set ended_at = now(), end_kind = 'superseded' where id = (select grant_id from campaign_item where position = 3)");
        await bank.GrantAsync("cancelPayment");
        items = await bank.ItemsAsync(number);
        Assert.Equal(4, items.Count);
        Assert.Equal((UseWord.Never, true), (items[0].Use, items[0].UsedSince is not null));

        var olivias = (await bank.Use<CampaignReader>().FindAsync(bank.Olivia, number, default))!;
        Assert.Equal((true, false, false), (olivias.MayAnswer, olivias.MayClose, olivias.MayExport));
        var auditors = (await bank.Use<CampaignReader>().FindAsync(bank.Auditor, number, default))!;
        Assert.Equal((false, true, true), (auditors.MayAnswer, auditors.MayClose, auditors.MayExport));
        Assert.Null(await bank.Use<CampaignReader>().FindAsync(bank.Dirk, number, default));
        Assert.Empty((await bank.Use<CampaignReader>().ListAsync(bank.Stranger, new PageRequest(), default)).Items);
        Assert.Equal("payments", Assert.Single((await bank.Use<CampaignReader>().ListAsync(bank.Oscar, new PageRequest(), default)).Items).Scope.Sentence);
    }

    [Fact]
    public async Task A_big_one_is_put_together_step_by_step_as_it_stood_when_it_was_opened_and_asks_when_it_is_whole()
    {
        await using var bank = await UsedBank.OpenAsync(postgres);
        var number = await bank.CampaignAsync(bank.Olivia);
        var asked = (await bank.ItemsAsync(number)).Select(i => (i.Operation, i.Use, i.Calls30, i.Calls90, i.RequestedBy)).ToList();
        // As one over thousands of grants is opened.
        await bank.Database.ExecuteAsync("delete from campaign_item; update campaign set gathered_at = null, gathered = 0, gathered_after = null; delete from inbox_entry; delete from notification");
        bank.Clock.Advance(TimeSpan.FromMinutes(1));
        // Takes the place of one that is asked about.
        await bank.GrantAsync("cancelPayment");

        var row = (await bank.Use<CampaignReader>().FindAsync(bank.Olivia, number, default))!;
        Assert.Equal((0, 4, false, false, false), (row.Row.Gathered, row.Row.Items, row.MayAnswer, row.MayClose, row.MayExport));
        Assert.Null(await bank.Use<CampaignReader>().FindAsync(bank.Oscar, number, default));
        Assert.Equal("gathering_conflict", Assert.Single((await bank.Use<CloseCampaign>().ExecuteAsync(bank.Olivia, number, "Enough.", default)).Problems).Code);
        Assert.True(await bank.Use<GatherCampaign>().StepAsync(default));
        Assert.Equal(4, (await bank.Use<CampaignReader>().FindAsync(bank.Olivia, number, default))!.Row.Gathered);
        Assert.Empty(await bank.ItemsAsync(number));
        Assert.DoesNotContain(await bank.NewsAsync(bank.Oscar), subject => subject.Contains("to review", StringComparison.Ordinal));

        while (await bank.Use<GatherCampaign>().StepAsync(default))
            continue;
        Assert.Equal(asked, (await bank.ItemsAsync(number)).Select(i => (i.Operation, i.Use, i.Calls30, i.Calls90, i.RequestedBy)));
        Assert.Equal((null, true, 4), ((await bank.Use<CampaignReader>().FindAsync(bank.Olivia, number, default))! is var whole ? (whole.Row.Gathered, whole.MayAnswer, whole.Progress.Open) : default));
        Assert.Single(await bank.NewsAsync(bank.Oscar), subject => subject.Contains("4 grants to review", StringComparison.Ordinal));
        Assert.Equal(0, await bank.Database.ScalarAsync<long>("select count(*) from campaign_gathering"));
    }

    [Fact]
    public async Task Owners_open_one_over_their_own_APIs_and_nothing_else()
    {
        await using var bank = await UsedBank.OpenAsync(postgres);
        Assert.True((await OpenAsync(bank, bank.Olivia, new(Api: "payments", Version: "v1", Environment: "production"))).Succeeded);
        Assert.Equal(4, (await bank.Use<OpenCampaign>().ReachAsync(bank.Olivia, new(ApiTeam: "payments"), default)).Value!.Grants);

        foreach (var other in new[] { bank.Dirk, bank.Stranger })
            Assert.Equal(Problem.Forbidden, Assert.Single((await OpenAsync(bank, other, new(Api: "payments"))).Problems).Code);
        Assert.Equal("api_unknown", Assert.Single((await OpenAsync(bank, bank.Carla, new(Api: "payments"))).Problems).Code);
        Assert.Equal("scope_missing", Assert.Single((await OpenAsync(bank, bank.Olivia, new(Environment: "production"))).Problems).Code);
        Assert.Equal("scope_empty", Assert.Single((await OpenAsync(bank, bank.Auditor, new(Environment: "sandbox"))).Problems).Code);
        Assert.Equal(["version_unknown", "team_unknown"], (await OpenAsync(bank, bank.Auditor, new(Api: "payments", Version: "v9", ApplicationTeam: "nobody"))).Problems.Select(p => p.Code));
        Assert.Equal(["name_length", "due_too_soon"], (await bank.Use<OpenCampaign>().ExecuteAsync(bank.Auditor, new(" ", new(), bank.Clock.GetUtcNow()), default)).Problems.Select(p => p.Code));
        Assert.Equal(1, await bank.Database.ScalarAsync<long>("select count(*) from campaign"));
    }

    [Fact]
    public async Task In_bulk_what_is_used_stays_what_is_not_goes_and_what_nobody_knows_stays_open()
    {
        await using var bank = await UsedBank.OpenAsync(postgres);
        var number = await bank.CampaignAsync();
        Assert.Equal(("reason_missing", "reason"), (await bank.AnswerAsync(bank.Olivia, number, ReviewAction.KeepUsed, await bank.GrantsOfAsync(number), " ")).Problems.Select(p => (p.Code, p.Field)).Single());
        foreach (var other in new[] { bank.Auditor, bank.Admin })
            Assert.Equal(Problem.NotFound, Assert.Single((await bank.AnswerAsync(other, number, ReviewAction.Keep, await bank.GrantsOfAsync(number))).Problems).Code);
        // Used since it was opened: it stays.
        await bank.UsedAsync("getPayment", 0);

        var done = await bank.AnswerAsync(bank.Olivia, number, ReviewAction.KeepUsed, await bank.GrantsOfAsync(number), "Not called.");

        Assert.Equal((2, 1, 0), (done.Value!.Kept, done.Value.Revoked, done.Value.Shortened));
        Assert.Equal("use_unknown", Assert.Single(done.Value.Notes).Code);
        Assert.Equal(
            [("createPayment", "Not called."), ("getPayment", null), ("listPayments", null)],
            (await bank.ItemsAsync(number)).Where(i => i.ByUse).Select(i => (i.Operation, i.Reason)));
        Assert.Equal(("revoked", "stands", "stands", "stands"), (
            await bank.StateOfAsync("createPayment"), await bank.StateOfAsync("getPayment"), await bank.StateOfAsync("cancelPayment"), await bank.StateOfAsync("listPayments")));
        Assert.Equal(done.Value.Revision, await bank.Database.ScalarAsync<long>("select revision from policy_head"));
        Assert.Contains("Mobile app's grant of POST /payments, Payments v1, was revoked", await bank.NewsAsync(bank.Dirk));
        Assert.Equal(["grant.revoked"], await bank.AuditedAsync("grant."));

        var until = bank.Clock.GetUtcNow().AddDays(3);
        Assert.Equal(1, (await bank.AnswerAsync(bank.SecurityOfficer, number, ReviewAction.Shorten, await bank.GrantsOfAsync(number, "cancelPayment"), "The project ends.", until)).Value!.Shortened);
        Assert.Equal(until, (await bank.GrantsAsync()).Single(g => g.Operation == "cancelPayment").ValidUntil);
        Assert.Equal(0, (await bank.Use<CampaignReader>().FindAsync(bank.Olivia, number, default))!.Progress.Open);

        // "Keep" can be taken back while it is open; what was taken away cannot.
        var reopened = await bank.AnswerAsync(bank.Oscar, number, ReviewAction.Reopen, await bank.GrantsOfAsync(number));
        Assert.Equal((2, "already_answered"), (reopened.Value!.Reopened, Assert.Single(reopened.Value.Notes).Code));
        Assert.Equal(3, (await bank.AuditedAsync("recertification.answered")).Count);
        Assert.Null(await bank.Use<AuditReader>().FirstBrokenAsync(default));
    }

    [Fact]
    public async Task Nobody_certifies_what_they_asked_for_themselves()
    {
        await using var bank = await UsedBank.OpenAsync(postgres);
        await bank.Database.ExecuteAsync($"update access_request set requested_by = '{bank.Oscar.Id}' where number = 1");
        var number = await bank.CampaignAsync(bank.Olivia);

        var mixed = await bank.AnswerAsync(bank.Oscar, number, ReviewAction.Keep, await bank.GrantsOfAsync(number));
        Assert.Equal((1, "own_request"), (mixed.Value!.Kept, Assert.Single(mixed.Value.Notes).Code));
        Assert.Equal("own_request", Assert.Single((await bank.AnswerAsync(bank.Oscar, number, ReviewAction.Revoke, await bank.GrantsOfAsync(number, "createPayment"))).Problems).Code);
        Assert.Equal([(true, false)], (await bank.ItemsAsync(number, bank.Oscar)).Where(i => i.Answer is null).Select(i => (i.IsOwn, i.MayAnswer)).Distinct());
        Assert.Equal(3, (await bank.AnswerAsync(bank.Olivia, number, ReviewAction.Keep, await bank.GrantsOfAsync(number))).Value!.Kept);
    }

    [Fact]
    public async Task Of_two_reviewers_who_answer_at_once_one_is_told_and_what_ended_elsewhere_needs_no_answer()
    {
        await using var bank = await UsedBank.OpenAsync(postgres);
        var number = await bank.CampaignAsync();
        var grants = await bank.GrantsOfAsync(number, "createPayment", "getPayment", "listPayments");

        var both = await Task.WhenAll(
            bank.AnswerAsync(bank.Olivia, number, ReviewAction.Revoke, grants), bank.AnswerAsync(bank.Oscar, number, ReviewAction.Keep, [.. grants.Reverse()]));

        var won = Assert.Single(both, o => o.Succeeded).Value!;
        var lost = Assert.Single(both, o => !o.Succeeded);
        Assert.Equal(3, won.Kept + won.Revoked);
        Assert.Equal("already_answered", Assert.Single(lost.Problems).Code);
        Assert.Contains(won.Kept > 0 ? "by Oscar Owner" : "by Olivia Owner", lost.Problems[0].Message, StringComparison.Ordinal);
        Assert.Equal(won.Kept > 0 ? "stands" : "revoked", await bank.StateOfAsync("getPayment"));
        Assert.Single(await bank.AuditedAsync("recertification.answered"));

        var last = (await bank.GrantsOfAsync(number, "cancelPayment"))[0];
        Assert.True((await bank.Use<EndGrants>().ExecuteAsync(bank.Dirk, GrantScope.Of(last), null, "Done with it.", default)).Succeeded);
        Assert.Equal("already_ended", Assert.Single((await bank.AnswerAsync(bank.Olivia, number, ReviewAction.Keep, [last])).Problems).Code);
        while (await bank.Use<CampaignClock>().StepAsync(default))
        {
        }
        var item = (await bank.ItemsAsync(number)).Single(i => i.Grant == last);
        Assert.Equal((ItemAnswer.Ended, "Dirk Developer", "Done with it."), (item.Answer, item.AnsweredBy, item.Reason));
        Assert.Equal(0, (await bank.Use<CloseCampaign>().ExecuteAsync(bank.Auditor, number, null, default)).Value!.Unanswered);
        Assert.Equal("already_closed", Assert.Single((await bank.AnswerAsync(bank.Olivia, number, ReviewAction.Keep, grants)).Problems).Code);
    }

    [Fact]
    public async Task People_are_reminded_twice_and_what_is_not_answered_is_escalated_and_never_pruned()
    {
        await using var bank = await UsedBank.OpenAsync(postgres);
        await bank.Database.ExecuteAsync("update access_grant set valid_until = valid_until + interval '100 days'");
        var number = await bank.CampaignAsync();
        await bank.AnswerAsync(bank.Olivia, number, ReviewAction.Keep, await bank.GrantsOfAsync(number, "listPayments"));
        var told = new List<int>();
        foreach (var days in new[] { 22, 1.5, 5.9, 0.5, 0.2, 20 })
        {
            bank.Clock.Advance(TimeSpan.FromDays(days));
            // As two replicas do.
            await Task.WhenAll(bank.Use<CampaignClock>().StepAsync(default), bank.Use<CampaignClock>().StepAsync(default));
            told.Add((await bank.NewsAsync(bank.Oscar)).Count);
        }

        Assert.Equal([1, 2, 3, 3, 4, 4], told);
        Assert.Equal("Payments, fourth quarter is overdue: 3 grants of yours not answered", (await bank.NewsAsync(bank.Oscar))[0]);
        foreach (var person in new[] { bank.SecurityOfficer, bank.Auditor })
            Assert.Contains("Payments, fourth quarter is overdue: 3 grants not answered", await bank.NewsAsync(person));
        Assert.Equal("stands", await bank.StateOfAsync("createPayment"));
        Assert.True((await bank.Use<CampaignReader>().FindAsync(bank.Olivia, number, default))!.Row.IsOverdue(bank.Clock.GetUtcNow()));

        Assert.Equal(Problem.NotFound, Assert.Single((await bank.Use<CloseCampaign>().ExecuteAsync(bank.Olivia, number, "No.", default)).Problems).Code);
        Assert.Equal(("reason_missing", "reason"), (await bank.Use<CloseCampaign>().ExecuteAsync(bank.Auditor, number, null, default)).Problems.Select(p => (p.Code, p.Field)).Single());
        Assert.Equal(3, (await bank.Use<CloseCampaign>().ExecuteAsync(bank.Auditor, number, "The team was dissolved.", default)).Value!.Unanswered);
        Assert.Equal("stands", await bank.StateOfAsync("createPayment"));
    }

    [Fact]
    public async Task The_evidence_says_who_answered_what_and_its_hash_is_in_the_audit_chain()
    {
        await using var bank = await UsedBank.OpenAsync(postgres);
        var number = await bank.CampaignAsync();
        await bank.AnswerAsync(bank.Olivia, number, ReviewAction.Revoke, await bank.GrantsOfAsync(number, "createPayment"), "=cmd() \"so\"");
        await bank.Use<CloseCampaign>().ExecuteAsync(bank.Auditor, number, "Enough.", default);
        var export = bank.Use<ExportEvidence>();
        Assert.Equal(Problem.NotFound, Assert.Single((await export.ExecuteAsync(bank.Olivia, number, EvidenceFormat.Csv, default)).Problems).Code);

        var (csv, csvHash) = await ReadAsync((await export.ExecuteAsync(bank.Auditor, number, EvidenceFormat.Csv, default)).Value!);
        var (lines, jsonHash) = await ReadAsync((await export.ExecuteAsync(bank.Admin, number, EvidenceFormat.Jsonl, default)).Value!);

        var rows = csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(5, rows.Length);
        Assert.Contains("\"createPayment\",\"POST\",\"/payments\",\"never\",", rows[1], StringComparison.Ordinal);
        Assert.Contains(",\"revoked\",\"false\",\"\",\"'=cmd() \"\"so\"\"\",\"Olivia Owner\",", rows[1], StringComparison.Ordinal);
        Assert.Contains(",\"not_answered\",", rows[2], StringComparison.Ordinal);
        Assert.Contains("Enough.", rows[2], StringComparison.Ordinal);
        var json = lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal((5, 3), (json.Count, json[0].GetProperty("notAnswered").GetInt32()));
        Assert.Equal("=cmd() \"so\"", json[1].GetProperty("reason").GetString());
        Assert.Equal([("jsonl", jsonHash), ("csv", csvHash)], (await export.PastAsync(bank.Auditor, number, default))!.Select(e => (e.Format, e.Sha256)));
        Assert.Equal(2, await bank.Database.ScalarAsync<long>($"select count(*) from audit_event where content like '%{csvHash}%' or content like '%{jsonHash}%'"));
        Assert.Null(await bank.Use<AuditReader>().FirstBrokenAsync(default));
    }

    private static Task<Outcome<long>> OpenAsync(Bank bank, Actor actor, CampaignScope scope) =>
        bank.Use<OpenCampaign>().ExecuteAsync(actor, new("A campaign", scope, bank.Clock.GetUtcNow().AddDays(20)), default);

    private static async Task<(string Text, string Hash)> ReadAsync(EvidenceFile file)
    {
        await using var content = file.Content;
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy);
        Assert.Equal(file.Sha256, SHA256.HashData(copy.ToArray()));
        return (Encoding.UTF8.GetString(copy.ToArray()), Convert.ToHexStringLower(file.Sha256));
    }
}
