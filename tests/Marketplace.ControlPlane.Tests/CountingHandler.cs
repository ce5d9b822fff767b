using System.Collections.Concurrent;
using Marketplace.Testing;

namespace Marketplace.ControlPlane.Tests;

/// <summary>Counts what really goes over the wire, by what came back.</summary>
internal sealed class CountingHandler() : DelegatingHandler(new SocketsHttpHandler())
{
    private readonly ConcurrentDictionary<string, int> answers = new(StringComparer.Ordinal);

    /// <summary>How many were answered without a reason, and how many with which.</summary>
    public string ByReason() => string.Join(", ", answers.OrderBy(answer => answer.Key, StringComparer.Ordinal).Select(answer => $"{answer.Key}: {answer.Value}"));

    /// <summary>The same as data planes reported it.</summary>
    public static async Task<string?> ReportedAsync(TestDatabase database) => await database.ScalarAsync<string>(
        """
        select string_agg(reason || ': ' || count, ', ' order by reason collate "C")
        from (select reason, sum(count) as count from call_usage u join call_series s on s.id = u.series_id where span = 60 group by 1) t
        """);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        answers.AddOrUpdate(response.Headers.TryGetValues("Marketplace-Reason", out var reasons) ? reasons.Single() : "", 1, (_, count) => count + 1);
        return response;
    }
}
