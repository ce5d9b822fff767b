using Marketplace.Core.Access;
using Marketplace.Core.Access.Recertification;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Tests.Access.Recertification;

internal static class UsedBank
{
    public static async Task<Bank> OpenAsync(PostgresFixture postgres)
    {
        var bank = await Bank.OpenAsync(postgres);
        await bank.HoldUnusedAsync();
        return bank;
    }

    public static async Task<long> CampaignAsync(this Bank bank, Actor? by = null, int days = 30)
    {
        var outcome = await bank.Use<OpenCampaign>().ExecuteAsync(
            by ?? bank.Auditor, new("Payments, fourth quarter", new(Api: "payments"), bank.Clock.GetUtcNow().AddDays(days)), default);
        return outcome.Succeeded ? outcome.Value : throw new InvalidOperationException(string.Join("; ", outcome.Problems));
    }

    public static async Task<IReadOnlyList<CampaignItemRow>> ItemsAsync(this Bank bank, long number, Actor? reader = null) =>
        (await bank.Use<CampaignReader>().ItemsAsync(reader ?? bank.Auditor, number, new ItemFilter(Answered: null), new PageRequest(), default))!.Items;

    public static async Task<Guid[]> GrantsOfAsync(this Bank bank, long number, params string[] operations) =>
        [.. (await bank.ItemsAsync(number)).Where(i => operations.Length == 0 || operations.Contains(i.Operation)).Select(i => i.Grant)];

    public static Task<Outcome<AnsweredItems>> AnswerAsync(
        this Bank bank, Actor reviewer, long number, ReviewAction action, Guid[] grants, string? reason = "Not needed.", DateTimeOffset? until = null) =>
        bank.Use<AnswerItems>().ExecuteAsync(reviewer, number, new(grants, action, until, reason), default);

    public static async Task<IReadOnlyList<string>> NewsAsync(this Bank bank, Actor person) =>
        [.. (await bank.Use<InboxReader>().ListAsync(person, unreadOnly: false, new PageRequest(), default)).Items.Select(n => n.Subject)];

    public static Task<string> StateOfAsync(this Bank bank, string operation) => bank.Database.ScalarAsync<string>(
        $"select coalesce(g.end_kind, 'stands') from access_grant g join operation o on o.id = g.operation_id where o.key = '{operation}' order by g.granted_at desc limit 1")!;

    public static async Task<IReadOnlyList<string>> AuditedAsync(this Bank bank, string prefix)
    {
        await using var db = await bank.OpenAsync();
        return await db.AuditEvents.Where(e => e.Action.StartsWith(prefix)).OrderBy(e => e.Sequence).Select(e => e.Action).ToListAsync();
    }
}
