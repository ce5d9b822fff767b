namespace Marketplace.Testing;

/// <summary>Calls of payments v1 in production, as the control plane adds what data planes report.</summary>
public static class ReportedCalls
{
    /// <param name="client">Client id; empty for none.</param>
    /// <param name="operation">Its bit; -1 for none.</param>
    public static Task<int> CallsAsync(this Bank bank, string client, int operation, string decision, string reason, int calls) => bank.Database.ExecuteAsync(
        $"""
        with series as (
          insert into call_series (api_version_id, environment, client_id, operation, decision, reason)
          values ('{bank.Payments.Id}', 'production', '{client}', {operation}, '{decision}', '{reason}')
          on conflict (api_version_id, environment, client_id, operation, decision, reason) do update set reason = excluded.reason returning id)
        insert into call_usage (span, series_id, start, count, errors)
        select span, id, to_timestamp(floor({bank.Clock.GetUtcNow().ToUnixTimeSeconds()} / span) * span), {calls}, 0 from series, unnest(array[3600, 86400]) span
        on conflict (series_id, span, start) do update set count = call_usage.count + excluded.count
        """);

    public static Task<int> LetThroughAsync(this Bank bank, string client, int operation, string reason, int calls) =>
        bank.CallsAsync(client, operation, "let_through", reason, calls);

    public static Task<int> UnmatchedAsync(this Bank bank, string client, string method, string path, int calls) => bank.Database.ExecuteAsync(
        $"""
        insert into unmatched_call
        values ('{bank.Payments.Id}', 'production', '{client}', '{method}', '{path}', 'operation_unknown', {calls}, '{bank.Clock.GetUtcNow():O}', '{bank.Clock.GetUtcNow():O}')
        """);
}
