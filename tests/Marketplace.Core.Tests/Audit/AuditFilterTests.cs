using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Access.Plans;
using Marketplace.Core.Access.Recertification;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Tests.Audit;

public sealed class AuditFilterTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Each_filter_lets_through_what_it_says_and_a_name_that_nobody_has_nothing()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        bank.Clock.Advance(TimeSpan.FromDays(3));
        var later = bank.Clock.GetUtcNow();
        var grant = Assert.Single(await bank.GrantsAsync());
        await bank.Use<EndGrants>().ExecuteAsync(bank.Olivia with { Channel = "rest" }, GrantScope.Of(grant.Id), null, "The ledger was replaced.", default);
        // Nobody did it: what the database wrote by itself, or was erased.
        await bank.Database.ExecuteAsync("update audit_event set actor_id = null where action = 'application.registered'");

        // The ends of time are moments like others.
        Assert.NotEmpty((await bank.Use<AuditReader>().ListAsync(bank.Auditor, new() { From = DateTimeOffset.MinValue, Until = DateTimeOffset.MaxValue }, new(), default)).Items);

        async Task<string> FoundAsync(AuditFilter filter) =>
            string.Join(' ', (await bank.Use<AuditReader>().ListAsync(bank.Auditor, filter, new(), default)).Items.Select(row => row.Action));

        Assert.Equal("grant.revoked", await FoundAsync(new(Action: "grant.revoked")));
        Assert.Equal("grant.revoked", await FoundAsync(new(SubjectKind: "grant") { SubjectId = grant.Id.ToString() }));
        Assert.Equal("", await FoundAsync(new(SubjectKind: "grant") { SubjectId = Guid.NewGuid().ToString() }));
        Assert.Equal("grant.revoked", await FoundAsync(new(Text: "LEDGER repl")));
        Assert.Equal("", await FoundAsync(new(Text: "ledg replaced")));
        Assert.Equal("grant.revoked access_request.decided", await FoundAsync(new() { Actor = "OLIVIA" }));
        Assert.Equal("grant.revoked", await FoundAsync(new() { Channel = "rest" }));
        Assert.Equal("grant.revoked access_request.decided access_request.submitted", await FoundAsync(new() { Api = "payments" }));
        Assert.Equal("grant.revoked access_request.decided access_request.submitted application.registered", await FoundAsync(new() { Application = bank.App.ClientId }));
        Assert.Equal("grant.revoked access_request.decided access_request.submitted", await FoundAsync(new() { Team = "payments" }));
        Assert.Equal("grant.revoked", await FoundAsync(new() { From = later }));
        Assert.Equal("access_request.decided access_request.submitted", await FoundAsync(new() { Api = "payments", Until = later }));
        Assert.Equal("", await FoundAsync(new() { From = later.AddDays(1) }));
        Assert.Equal("", await FoundAsync(new() { Until = later.AddDays(-30) }));
        Assert.Equal("access_request.decided", await FoundAsync(new(Text: "request") { Actor = "olivia", Team = "channels", Until = later }));
        foreach (var nobody in new AuditFilter[] { new() { Actor = "nobody" }, new() { Api = "no-such" }, new() { Application = "no-such" }, new() { Team = "no-such" } })
            Assert.Equal("", await FoundAsync(nobody));
    }

    [Fact]
    public async Task Who_sees_a_part_pages_through_it_in_order_and_sees_no_more_with_a_filter()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        // In words, since a client id ends with letters and digits by chance.
        foreach (var number in new[] { "one", "two", "three", "four", "five", "six", "seven", "eight", "nine" })
            await bank.Use<Core.Applications.RegisterApplication>().ExecuteAsync(bank.Dirk, new("channels", $"App {number}", ""), default);
        var reader = bank.Use<AuditReader>();
        Assert.Equal("application.registered", Assert.Single((await reader.ListAsync(bank.Auditor, new(Text: "app seven"), new(), default)).Items).Action);
        Assert.Empty((await reader.ListAsync(bank.Olivia, new(Text: "app seven"), new(), default)).Items);
        Assert.Empty((await reader.ListAsync(bank.Stranger, new(), new(), default)).Items);

        // Carla did nothing herself: all of it is her team's. Forth and back again.
        var all = (await reader.ListAsync(bank.Carla, new(), new(Size: 200), default)).Items.Select(row => row.Sequence).ToList();
        Assert.Equal(12, all.Count);
        Assert.Equal(all.OrderDescending(), all);
        List<long> older = [], newer = [];
        for (long? before = null; await reader.ListAsync(bank.Carla, new(), new(Before: before, Size: 5), default) is { Items.Count: > 0 } part; before = part.Items[^1].Sequence)
            older.AddRange(part.Items.Select(row => row.Sequence));
        for (long? after = 0; await reader.ListAsync(bank.Carla, new(), new(After: after, Size: 5), default) is { Items.Count: > 0 } part; after = part.Items[0].Sequence)
            newer.InsertRange(0, part.Items.Select(row => row.Sequence));
        Assert.Equal(all, older);
        Assert.Equal(all, newer);

        // Whether what they see is gathered or each event is looked at by itself, it is the same; of what their team has, it is all.
        await using var db = await bank.OpenAsync();
        foreach (var person in new[] { bank.Carla, bank.Olivia, bank.Stranger })
        {
            var gathered = await db.AuditEvents.SeenBy(db, person).Select(e => e.Sequence).Order().ToListAsync();
            Assert.Equal(gathered, await (await db.AuditEvents.ChosenSeenByAsync(db, person, default, little: -1)).Select(e => e.Sequence).Order().ToListAsync());
            var about = db.AuditEvents.Where(e => db.AuditAbouts.Any(a => a.Kind == "application" && a.Id == bank.App.Id && a.Sequence == e.Sequence)).Select(e => e.Sequence);
            Assert.Equal(person == bank.Carla, await AuditVisibility.SeesAllAsync(db, person, [("application", bank.App.Id)], default));
            Assert.Equal(person == bank.Carla, await about.AllAsync(sequence => gathered.Contains(sequence)));
        }
    }

    [Fact]
    public async Task What_is_done_to_a_plan_or_a_campaign_is_seen_by_the_team_whose_api_it_is_about()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        Assert.True((await bank.Use<WritePlan>().AddAsync(bank.Olivia, "payments", new("Gold", "", ["production"], [], false, new(Rate: 10, Per: 60)), default)).Succeeded);
        Assert.True((await bank.Use<OpenCampaign>().ExecuteAsync(
            bank.Auditor, new("Payments", new(Api: "payments"), bank.Clock.GetUtcNow().AddDays(30)), default)).Succeeded);

        var seen = (await bank.Use<AuditReader>().ListAsync(bank.Oscar, new() { Api = "payments" }, new(), default)).Items.Select(row => row.Action);

        Assert.Equal(["recertification.opened", "plan.added", "access_request.decided", "access_request.submitted"], seen);
    }

    [Fact]
    public async Task An_export_of_a_part_has_what_the_list_has()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        using var output = new MemoryStream();

        await bank.Use<ExportAudit>().ExecuteAsync(bank.Olivia, new() { Application = bank.App.ClientId }, AuditFormat.Csv, output, default);

        var rows = System.Text.Encoding.UTF8.GetString(output.ToArray()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var seen = (await bank.Use<AuditReader>().ListAsync(bank.Olivia, new() { Application = bank.App.ClientId }, new(), default)).Items;
        Assert.Equal(2, seen.Count);
        Assert.Equal(seen.Select(row => $"\"{row.Sequence}\"").Reverse(), rows.Skip(1).Select(row => row.Split(',')[0]));
    }

    [Theory]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("+1", "\"'+1\"")]
    [InlineData("-1", "\"'-1\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("\t=1", "\"\t'=1\"")]
    [InlineData("\r=1", "\"\r'=1\"")]
    [InlineData("  =1", "\"'  =1\"")]
    [InlineData("x;=1", "\"x;'=1\"")]
    [InlineData("x\t=1", "\"x\t'=1\"")]
    [InlineData("x|=1;-2", "\"x|'=1;'-2\"")]
    [InlineData("x\r\n@A1", "\"x\r\n'@A1\"")]
    [InlineData("x;\"=1\"", "\"x;'\"\"=1\"\"\"")]
    [InlineData("\"=1", "\"'\"\"=1\"")]
    [InlineData("＝1", "\"'＝1\"")]
    [InlineData("a-b, c=d; e@f", "\"a-b, c=d; e@f\"")]
    [InlineData("say \"yes\"", "\"say \"\"yes\"\"\"")]
    [InlineData(null, "\"\"")]
    public void What_a_spreadsheet_would_take_for_a_formula_begins_with_an_apostrophe_wherever_a_cell_may_begin(string? text, string cell) =>
        Assert.Equal(cell, CsvCell.Of(text));
}
