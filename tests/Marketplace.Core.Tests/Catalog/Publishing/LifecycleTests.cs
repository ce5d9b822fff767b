using Marketplace.Core.Access;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Following;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Tests.Catalog.Publishing;

public sealed class LifecycleTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Theory]
    [InlineData(Lifecycle.Draft, Lifecycle.Published, null)]
    [InlineData(Lifecycle.Draft, Lifecycle.Deprecated, "lifecycle_publish_first")]
    [InlineData(Lifecycle.Draft, Lifecycle.Retired, "lifecycle_publish_first")]
    [InlineData(Lifecycle.Published, Lifecycle.Draft, "lifecycle_backwards")]
    [InlineData(Lifecycle.Published, Lifecycle.Deprecated, null)]
    [InlineData(Lifecycle.Published, Lifecycle.Retired, null)]
    [InlineData(Lifecycle.Deprecated, Lifecycle.Draft, "lifecycle_backwards")]
    [InlineData(Lifecycle.Deprecated, Lifecycle.Published, null)]
    [InlineData(Lifecycle.Deprecated, Lifecycle.Retired, null)]
    [InlineData(Lifecycle.Retired, Lifecycle.Draft, "lifecycle_final")]
    [InlineData(Lifecycle.Retired, Lifecycle.Published, "lifecycle_final")]
    [InlineData(Lifecycle.Retired, Lifecycle.Retired, "lifecycle_final")]
    public async Task A_line_that_nobody_uses_goes_only_forward_but_for_a_deprecation_taken_back(Lifecycle from, Lifecycle to, string? problem)
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.Database.ExecuteAsync($"update api_version set lifecycle = '{from.ToString().ToLowerInvariant()}'");

        var outcome = await MoveAsync(bank, to, bank.Clock.GetUtcNow().AddDays(90));

        Assert.Equal(problem, outcome.Problems.SingleOrDefault()?.Code);
    }

    [Fact]
    public async Task Whoever_relies_on_a_line_is_warned_before_it_ends_or_reads_why_not()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");

        Assert.Equal("lifecycle_deprecate_first", Assert.Single((await MoveAsync(bank, Lifecycle.Retired)).Problems).Code);
        Assert.True((await MoveAsync(bank, Lifecycle.Deprecated, bank.Clock.GetUtcNow().AddDays(10))).Succeeded);
        Assert.Equal(("reason_missing", "reason"), (await MoveAsync(bank, Lifecycle.Retired)).Problems is [var p] ? (p.Code, p.Field) : default);
        bank.Clock.Advance(TimeSpan.FromDays(11));
        Assert.Equal(GrantState.Active, Assert.Single(await bank.GrantsAsync()).State);
        Assert.True((await bank.Use<CatalogReader>().FindVersionAsync(bank.Dirk, "payments", "v1", default))!.IsOverdue);
        Assert.True((await MoveAsync(bank, Lifecycle.Retired)).Succeeded);
    }

    [Fact]
    public async Task With_a_retired_line_end_its_grants_and_the_requests_for_it_and_all_concerned_are_told()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment", "listPayments");
        var pending = await bank.RequestAsync("createPayment");
        await using (var db = await bank.OpenAsync())
        {
            db.Add(new ApiSubscription { ApiId = bank.Payments.ApiId, PersonId = bank.Stranger.Id, At = bank.Clock.GetUtcNow() });
            await db.SaveChangesAsync();
        }
        var before = await bank.Database.ScalarAsync<long>("select revision from policy_head");

        Assert.True((await MoveAsync(bank, Lifecycle.Deprecated, bank.Clock.GetUtcNow().AddDays(10))).Succeeded);
        Assert.True((await MoveAsync(bank, Lifecycle.Retired, reason: "The mainframe is switched off.")).Succeeded);

        Assert.All(await bank.GrantsAsync(), g => Assert.Equal((GrantState.Retired, "Olivia Owner"), (g.State, g.EndedBy)));
        var request = await bank.Use<AccessRequestReader>().FindAsync(bank.Dirk, pending, default);
        Assert.Equal((RequestStatus.Decided, Decision.Denied), (request!.Request.Status, Assert.Single(request.Items).Decision));
        Assert.Equal(before + 2, await bank.Database.ScalarAsync<long>("select revision from policy_head"));
        Assert.Equal(1L, await bank.Database.ScalarAsync<long>(
            "select count(*) from audit_event where action = 'api_version.retired' and reason = 'The mainframe is switched off.' and content like '%\"Grants\":2%'"));
        foreach (var told in new[] { bank.Carla, bank.Dirk, bank.Stranger })
        {
            var inbox = (await bank.Use<InboxReader>().ListAsync(told, false, new(), default)).Items;
            Assert.Equal([NotificationKind.VersionDeprecated, NotificationKind.VersionRetired], inbox.Select(n => n.Kind).Order(StringComparer.Ordinal));
            Assert.Contains(inbox, n => n.Text.Contains("mainframe", StringComparison.Ordinal));
        }
        Assert.Equal(0, await bank.Use<InboxReader>().UnreadCountAsync(bank.Olivia, default));
    }

    [Fact]
    public async Task An_approval_and_a_retirement_at_once_leave_no_grant_behind()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.Database.ExecuteAsync("update api_version set lifecycle = 'deprecated', deprecated_at = now(), sunset_at = '2020-01-01'");
        for (var round = 0; round < 8; round++)
        {
            var number = await bank.RequestAsync("getPayment");
            var decided = bank.Use<DecideAccessRequest>().ExecuteAsync(bank.Oscar, number, [new("getPayment", true, null)], default);
            var retired = MoveAsync(bank, Lifecycle.Retired, reason: "Over.");
            await Task.WhenAll(decided, retired);
            Assert.True((await retired).Succeeded);
            Assert.DoesNotContain(await bank.GrantsAsync(), g => g.State is GrantState.Active);
            Assert.Equal(0L, await bank.Database.ScalarAsync<long>("select count(*) from access_request where status = 'pending'"));
            await bank.Database.ExecuteAsync("update api_version set lifecycle = 'deprecated', retired_at = null");
        }
    }

    [Fact]
    public async Task A_successor_is_another_line_that_everybody_may_use()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var end = bank.Clock.GetUtcNow().AddDays(90);
        foreach (var name in new[] { new LineName("payments", "v1"), new("payments", "v2"), new("nothing", "v1") })
            Assert.Equal("successor_unknown", Assert.Single((await MoveAsync(bank, Lifecycle.Deprecated, end, name)).Problems).Code);

        await bank.Use<CreateApi>().ExecuteAsync(bank.Olivia, new("payments", "cards", "Cards", "", Classification.Internal), default);
        await Cards.PublishAsync(bank, "v1", Cards.V1);
        Assert.True((await MoveAsync(bank, Lifecycle.Deprecated, end, new("cards", "v1"))).Succeeded);
        var line = await bank.Use<CatalogReader>().FindVersionAsync(bank.Stranger, "payments", "v1", default);
        Assert.Equal(("cards", "v1"), (line!.Successor!.Api, line.Successor.Version));
        Assert.True((await MoveAsync(bank, Lifecycle.Retired)).Succeeded);
        Assert.NotNull((await bank.Use<CatalogReader>().FindVersionAsync(bank.Stranger, "payments", "v1", default))!.Successor);
    }

    [Fact]
    public async Task An_end_that_moves_is_told_with_what_takes_the_place_and_the_deprecation_keeps_its_day()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment");
        await bank.Use<CreateApi>().ExecuteAsync(bank.Olivia, new("payments", "cards", "Cards", "", Classification.Internal), default);
        await Cards.PublishAsync(bank, "v1", Cards.V1);
        var began = bank.Clock.GetUtcNow();
        Assert.True((await MoveAsync(bank, Lifecycle.Deprecated, began.AddDays(90))).Succeeded);
        bank.Clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal("sunset_missing", Assert.Single((await MoveAsync(bank, Lifecycle.Deprecated, began)).Problems).Code);
        Assert.True((await MoveAsync(bank, Lifecycle.Deprecated, began.AddDays(30))).Succeeded);
        var moved = await MoveAsync(bank, Lifecycle.Deprecated, began.AddDays(30), new("cards", "v1"));

        Assert.Equal(began, moved.Value!.DeprecatedAt);
        var subjects = (await bank.Use<InboxReader>().ListAsync(bank.Dirk, false, new(), default)).Items.Select(n => n.Subject).ToList();
        Assert.Contains($"Payments v1 now ends on {LifecycleNews.Day(began.AddDays(30))}", subjects);
        Assert.Contains("Cards v1 takes the place of Payments v1", subjects);
        await bank.Database.ExecuteAsync("update api_version v set lifecycle = 'deprecated' from api a where a.id = v.api_id and a.name = 'cards'");
        Assert.Equal("successor_unknown", Assert.Single((await MoveAsync(bank, Lifecycle.Deprecated, began.AddDays(30), new("cards", "v1"))).Problems).Code);
    }

    [Fact]
    public async Task Who_only_waits_is_told_of_a_retirement_and_what_was_approved_stays_so()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var number = await bank.RequestAsync("getPayment", "createPayment");
        Assert.True((await bank.Use<DecideAccessRequest>().ExecuteAsync(bank.Oscar, number, [new("getPayment", true, null)], default)).Succeeded);
        await bank.Database.ExecuteAsync("update access_grant set ended_at = now(), end_kind = 'revoked', end_reason = 'Over.', ended_by = granted_by; delete from inbox_entry");

        Assert.True((await MoveAsync(bank, Lifecycle.Retired)).Succeeded);

        var request = await bank.Use<AccessRequestReader>().FindAsync(bank.Dirk, number, default);
        Assert.Equal(
            ["createPayment Denied", "getPayment Approved"], request!.Items.Select(i => $"{i.Operation} {i.Decision}").Order(StringComparer.Ordinal));
        foreach (var told in new[] { bank.Carla, bank.Dirk })
            Assert.Equal(NotificationKind.VersionRetired, Assert.Single((await bank.Use<InboxReader>().ListAsync(told, false, new(), default)).Items).Kind);
    }

    private static Task<Outcome<ApiVersion>> MoveAsync(
        Bank bank, Lifecycle to, DateTimeOffset? sunset = null, LineName? successor = null, string? reason = null, Actor? actor = null) =>
        bank.Use<ChangeVersion>().ExecuteAsync(actor ?? bank.Olivia, new("payments", "v1", to, sunset, "", null, successor, reason), default);
}
