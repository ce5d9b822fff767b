using Marketplace.Core.Access;
using Marketplace.Core.Applications;
using Marketplace.Core.Catalog.Changes;
using Marketplace.Core.Catalog.Changes.History;
using Marketplace.Core.Catalog.Changes.Kinds;
using Marketplace.Core.Catalog.Documents;
using Marketplace.Core.Catalog.Following;
using Marketplace.Core.Catalog.Rules;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Tests.Catalog.Changes;

public sealed class BreakingRevisionTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Reason = "Nobody calls it: we asked every team.";

    [Fact]
    public async Task A_crowd_of_candidates_queues()
    {
        await using var bank = await CardsLine.OpenAsync(postgres);
        List<IDisposable> places = [];
        for (var i = 0; i < DocumentWork.AtOnce; i++)
            places.Add(await DocumentWork.Asking.EnterAsync(default));
        var comparing = CardsLine.CompareAsync(bank, bank.Carla, CardsLine.WithMore);
        var linting = bank.Use<LintDocument>().ExecuteAsync(bank.Olivia, "cards", "v1", "{}"u8.ToArray(), default);

        Assert.NotSame(comparing, await Task.WhenAny(comparing, linting, Task.Delay(300)));
        Assert.False(comparing.IsCompleted || linting.IsCompleted);
        places.ForEach(p => p.Dispose());

        Assert.True((await comparing).Succeeded);
        Assert.NotEmpty((await linting).Value!.Refusals);
    }

    [Fact]
    public async Task A_breaking_revision_of_a_published_line_is_refused_with_what_breaks_and_for_whom()
    {
        await using var bank = await CardsLine.OpenAsync(postgres);
        await CardsLine.GrantAsync(bank, bank.App.ClientId, bank.Dirk, "production", "getCard");
        await CardsLine.GrantAsync(bank, bank.App.ClientId, bank.Dirk, "sandbox", "getCard", "listCards");

        var refused = await CardsLine.PublishAsync(bank, CardsLine.WithoutGetCard);

        Assert.Equal(["breaking_change", "api-path-removed-without-deprecation"], refused.Problems.Select(p => p.Code));
        Assert.Equal(
            "This document breaks 1 endpoint of cards v1; 1 application of 1 team holds a grant for it. Publish it as v2, or give the reason why it must be v1.",
            refused.Problems[0].Message);
        Assert.Equal("GET /cards/{id} is removed, and its path with it. 1 application of 1 team holds a grant for it.", refused.Problems[1].Message);
        Assert.Equal(1L, await bank.Database.ScalarAsync<long>("select count(*) from spec_revision"));
        Assert.Equal(0L, await bank.Database.ScalarAsync<long>("select count(*) from notification where kind = 'breaking_revision'"));
        Assert.Equal(1L, await bank.Database.ScalarAsync<long>("select sum(v.revision) from api_version v join api a on a.id = v.api_id where a.name = 'cards'"));
    }

    [Fact]
    public async Task An_owners_reason_lets_it_through_is_kept_and_audited_and_the_consumers_are_told()
    {
        await using var bank = await CardsLine.OpenAsync(postgres);
        await CardsLine.GrantAsync(bank, bank.App.ClientId, bank.Dirk, "production", "getCard");

        foreach (var follower in new[] { bank.Dirk, bank.Stranger })
            await bank.Use<FollowApi>().SubscribeAsync(follower, "cards", true, default);
        await bank.Database.ExecuteAsync("delete from inbox_entry");
        Assert.Equal("override_reason_length", Assert.Single((await CardsLine.PublishAsync(bank, CardsLine.WithoutGetCard, "because")).Problems).Code);
        var published = await CardsLine.PublishAsync(bank, CardsLine.WithoutGetCard, "  " + Reason + " ");

        Assert.True(published.Succeeded, string.Join("; ", published.Problems));
        await using var db = await bank.OpenAsync();
        var summary = await db.RevisionSummaries.SingleAsync();
        Assert.Equal((Verdict.Breaking, 1, 0, 1, 1, Reason), (summary.Verdict, summary.Breaking, summary.Dangerous, summary.Applications, summary.Teams, summary.OverrideReason));
        var audit = await db.AuditEvents.OrderByDescending(e => e.Sequence).FirstAsync();
        Assert.Equal(("spec.published", Reason), (audit.Action, audit.Reason));
        foreach (var told in new[] { bank.Dirk, bank.Carla })
        {
            // One thing is told once, also to a subscriber.
            var entry = Assert.Single((await bank.Use<InboxReader>().ListAsync(told, false, new PageRequest(), default)).Items);
            Assert.Equal(NotificationKind.BreakingRevision, entry.Kind);
            Assert.Contains("GET /cards/{id}", entry.Text, StringComparison.Ordinal);
            Assert.Contains(Reason, entry.Text, StringComparison.Ordinal);
            Assert.Equal("/apis/cards/compare?from=v1.1&to=v1.2", entry.Link);
        }
        Assert.Equal(
            NotificationKind.RevisionPublished, Assert.Single((await bank.Use<InboxReader>().ListAsync(bank.Stranger, false, new PageRequest(), default)).Items).Kind);
    }

    [Fact]
    public async Task A_developer_of_the_team_may_see_what_breaks_and_not_override_it()
    {
        await using var bank = await CardsLine.OpenAsync(postgres);
        Assert.True((await bank.Use<SetMembership>().ExecuteAsync(bank.Olivia, new("payments", "stan", TeamRole.Developer), default)).Succeeded);

        Assert.True((await CardsLine.CompareAsync(bank, bank.Stranger, CardsLine.WithoutGetCard)).Value!.NeedsReason);
        var refused = await CardsLine.PublishAsync(bank, CardsLine.WithoutGetCard, Reason, by: bank.Stranger);

        Assert.False(refused.Succeeded);
        Assert.Equal(0L, await bank.Database.ScalarAsync<long>("select count(*) from revision_summary"));
    }

    [Fact]
    public async Task A_new_major_line_and_a_draft_may_differ_as_they_like()
    {
        await using var bank = await CardsLine.OpenAsync(postgres);

        Assert.Null((await CardsLine.PublishAsync(bank, CardsLine.WithoutGetCard, version: "v2", draft: true)).Value!.Effect);
        Assert.True((await CardsLine.PublishAsync(bank, CardsLine.One, version: "v2", draft: true)).Succeeded);
        Assert.True((await CardsLine.PublishAsync(bank, CardsLine.WithoutGetCard, version: "v2")).Value!.Effect!.Changes.Breaks);
        var refused = await CardsLine.PublishAsync(bank, CardsLine.One.Replace("listCards", "findCards", StringComparison.Ordinal), version: "v2");

        Assert.Equal(["breaking_change", "endpoint-operation-id-changed"], refused.Problems.Select(p => p.Code));
        Assert.Contains("Publish it as v3", refused.Problems[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_breaks_nobody_needs_no_reason_and_tells_nobody()
    {
        await using var bank = await CardsLine.OpenAsync(postgres);
        await CardsLine.GrantAsync(bank, bank.App.ClientId, bank.Dirk, "production", "getCard");

        var published = await CardsLine.PublishAsync(bank, CardsLine.WithMore, Reason);

        Assert.True(published.Succeeded, string.Join("; ", published.Problems));
        await using var db = await bank.OpenAsync();
        var summary = await db.RevisionSummaries.SingleAsync();
        Assert.Equal((Verdict.Compatible, 1, null), (summary.Verdict, summary.Compatible, summary.OverrideReason));
        Assert.Equal("endpoint-added", Assert.Single(ToldChange.Read(summary.Changes)).Kind);
        Assert.Equal(0L, await bank.Database.ScalarAsync<long>("select count(*) from notification where kind = 'breaking_revision'"));
    }

    [Fact]
    public async Task Who_is_hit_is_counted_per_environment_from_grants_that_stand_and_named_to_those_who_may_know()
    {
        await using var bank = await CardsLine.OpenAsync(postgres);
        var other = (await bank.Use<RegisterApplication>().ExecuteAsync(bank.Olivia, new("payments", "Back office", ""), default)).Value!;
        await CardsLine.GrantAsync(bank, bank.App.ClientId, bank.Dirk, "production", "getCard", "listCards");
        await CardsLine.GrantAsync(bank, bank.App.ClientId, bank.Dirk, "sandbox", "getCard");
        await CardsLine.GrantAsync(bank, other.ClientId, bank.Olivia, "production", "getCard");

        var impact = (await CardsLine.CompareAsync(bank, bank.Olivia, CardsLine.WithoutGetCard)).Value!.Effect!.Impact;

        Assert.Equal((2, 2, "2 applications of 2 teams"), (impact.Applications, impact.Teams, impact.Words));
        var use = Assert.Single(impact.Operations);
        Assert.Equal(("getCard", 2, 2, 2, 1), (use.Key, use.Applications, use.Teams, use.Environments["production"], use.Environments["sandbox"]));
        Assert.Equal(["Back office production", "Mobile app production", "Mobile app sandbox"], impact.Consumers.Select(c => $"{c.Application} {c.Environment}").Order(StringComparer.Ordinal));
        // Without a data plane that tells of calls, nobody is said not to call.
        Assert.Equal((null, null), (impact.Calling, impact.CallingSentence));
        await bank.Database.ExecuteAsync(
            """
            insert into call_series (api_version_id, environment, client_id, operation, decision, reason) select id, 'production', '', 0, 'refused', 'token_missing' from api_version;
            insert into grant_use (operation_id, environment, application_id, first_used_at, last_used_at)
            select g.operation_id, g.environment, g.application_id, g.valid_from, g.valid_from from access_grant g join application a on a.id = g.application_id where a.name = 'Back office'
            """);
        var told = (await CardsLine.CompareAsync(bank, bank.Olivia, CardsLine.WithoutGetCard)).Value!.Effect!.Impact;
        Assert.Equal((1, 1, "1 of them called it in the last 30 days"), (told.Calling, told.Operations[0].Calling, told.CallingSentence));
        Assert.Equal(["Back office", "Mobile app", "Mobile app"], told.Consumers.Select(c => c.Application));
        Assert.Equal(1, (await bank.Use<ConsumerReader>().CountsAsync(bank.Olivia, "cards", "v1", default))!.Calling);
        var strangers = (await CardsLine.CompareAsync(bank, bank.Stranger, CardsLine.WithoutGetCard)).Value!.Effect!.Impact;
        Assert.Equal((2, 0), (strangers.Applications, strangers.Consumers.Count));
        Assert.Equal(2, (await CardsLine.CompareAsync(bank, bank.Dirk, CardsLine.WithoutGetCard)).Value!.Effect!.Impact.Consumers.Count);

        bank.Clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal(0, (await CardsLine.CompareAsync(bank, bank.Olivia, CardsLine.WithoutGetCard)).Value!.Effect!.Impact.Applications);
    }

    [Fact]
    public async Task A_candidate_that_could_not_be_published_is_refused_in_the_same_words()
    {
        await using var bank = await CardsLine.OpenAsync(postgres);

        Assert.Equal("operation_method_changed", Assert.Single((await CardsLine.CompareAsync(bank, bank.Olivia, CardsLine.One.Replace("\"post\":", "\"put\":", StringComparison.Ordinal))).Problems).Code);
        Assert.Equal("not_found", Assert.Single((await CardsLine.CompareAsync(bank, bank.Olivia, CardsLine.One, "v7")).Problems).Code);
        Assert.Equal("duplicate_operation_id", (await CardsLine.CompareAsync(bank, bank.Olivia, CardsLine.One.Replace("getCard", "listCards", StringComparison.Ordinal))).Problems[0].Code);
    }

    [Fact]
    public async Task The_changelog_has_every_line_and_revision_that_the_reader_may_see()
    {
        await using var bank = await CardsLine.OpenAsync(postgres);
        await CardsLine.PublishAsync(bank, CardsLine.WithMore);
        bank.Clock.Advance(TimeSpan.FromMinutes(1));
        await CardsLine.PublishAsync(bank, CardsLine.One, Reason);
        bank.Clock.Advance(TimeSpan.FromMinutes(1));
        await CardsLine.PublishAsync(bank, CardsLine.One, version: "v2", draft: true);

        var mine = (await bank.Use<ChangelogReader>().ReadAsync(bank.Olivia, "cards", new PageRequest(), default))!.Entries;
        var others = (await bank.Use<ChangelogReader>().ReadAsync(bank.Stranger, "cards", new PageRequest(), default))!.Entries;

        Assert.Equal(["v2.1", "v1.3", "v1.2", "v1.1"], mine.Items.Select(e => e.Name.ToString()).OrderByDescending(n => n, StringComparer.Ordinal));
        Assert.Equal("v2.1", mine.Items[0].Name.ToString());
        Assert.Equal(3, others.Total);
        var third = others.Items[0];
        Assert.Equal((Verdict.Breaking, 1, Reason, "Olivia Owner", "v1.2"), (third.Verdict, third.Breaking, third.OverrideReason, third.PublishedBy, third.Before.ToString()));
        Assert.Equal("DELETE /cards/{id} is removed.", Assert.Single(third.Changes).Sentence);
        Assert.Null(others.Items.Single(e => e.Number == 1).Verdict);
        Assert.Null(await bank.Use<ChangelogReader>().ReadAsync(bank.Stranger, "unknown", new PageRequest(), default));
    }

    [Fact]
    public async Task Two_revisions_or_two_lines_are_compared_by_whoever_may_see_both()
    {
        await using var bank = await CardsLine.OpenAsync(postgres);
        await CardsLine.GrantAsync(bank, bank.App.ClientId, bank.Dirk, "production", "getCard");
        await CardsLine.PublishAsync(bank, CardsLine.WithoutGetCard, version: "v2", draft: true);
        var compare = bank.Use<CompareRevisions>();

        var across = (await compare.ExecuteAsync(bank.Olivia, "cards", new("v1", 1), new("v2", null), default)).Value!;

        Assert.Equal(("v2.1", 1), (across.To.Name.ToString(), across.Impact.Applications));
        Assert.Equal("getCard", Assert.Single(across.Changes.Broken).Shown.Key);
        Assert.Equal("to", Assert.Single((await compare.ExecuteAsync(bank.Stranger, "cards", new("v1", 1), new("v2", 1), default)).Problems).Field);
    }
}
