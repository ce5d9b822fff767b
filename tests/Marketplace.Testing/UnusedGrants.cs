namespace Marketplace.Testing;

/// <summary>
/// Data planes have told of payments in production for 100 days. The mobile app holds three endpoints for 95 days:
/// <c>listPayments</c> it calls, <c>getPayment</c> it called 91 days ago, <c>createPayment</c> never.
/// <c>cancelPayment</c> it was granted today.
/// </summary>
public static class UnusedGrants
{
    public static async Task HoldUnusedAsync(this Bank bank)
    {
        await bank.CallsAsync("another", 3, "allowed", "", 1);
        await bank.Database.ExecuteAsync("update call_usage set start = start - interval '100 days'");
        await bank.Database.ExecuteAsync($"insert into data_plane values ('{bank.Payments.Id}', 'production', 'gateway', 'one', 1, '{bank.Clock.GetUtcNow().AddDays(-100):O}', '{bank.Clock.GetUtcNow():O}')");
        await bank.GrantAsync("listPayments", "getPayment", "createPayment");
        await bank.Database.ExecuteAsync("update access_grant set granted_at = granted_at - interval '95 days', valid_from = valid_from - interval '95 days'");
        await bank.GrantAsync("cancelPayment");
        await bank.CallsAsync(bank.App.ClientId, 0, "allowed", "", 7);
        await bank.UsedAsync("listPayments", 0);
        await bank.UsedAsync("getPayment", 91);
    }

    public static Task<int> UsedAsync(this Bank bank, string operation, int daysAgo) => bank.Database.ExecuteAsync(
        $"""
        insert into grant_use select o.id, 'production', p.id, '{bank.Clock.GetUtcNow().AddDays(-daysAgo):O}', '{bank.Clock.GetUtcNow().AddDays(-daysAgo):O}'
        from operation o, application p where o.key = '{operation}' and p.client_id = '{bank.App.ClientId}'
        on conflict (operation_id, environment, application_id) do update set last_used_at = excluded.last_used_at
        """);
}
