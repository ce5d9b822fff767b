using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Policy.Shadow;

/// <summary>Whom a line would refuse from now on, by the calls that it let through in the last 24 hours.</summary>
/// <param name="Applications">Applications that show a good token, and call what they have no grant for.</param>
/// <param name="Calls">Their calls.</param>
/// <param name="WithoutToken">Calls that no good token came with: nobody knows whose.</param>
/// <param name="Teams">The teams of the applications.</param>
public sealed record CutOff(int Applications, long Calls, long WithoutToken, IReadOnlyList<Guid> Teams)
{
    public static CutOff Nothing { get; } = new(0, 0, 0, []);

    public bool IsNothing => Calls + WithoutToken == 0;

    public string Sentence => (Applications, WithoutToken) switch
    {
        (0, 0) => "Every call of the last 24 hours would pass.",
        (0, var calls) => $"{Number(calls, "call")} of the last 24 hours came without a good token and would be refused.",
        (var some, 0) => $"{Number(Calls, "call")} of {Number(some, "application")} in the last 24 hours would be refused.",
        var (some, calls) => $"{Number(Calls, "call")} of {Number(some, "application")} and {Number(calls, "call")} without a good token in the last 24 hours would be refused.",
    };

    internal static async Task<CutOff> OfAsync(MarketplaceDb db, Guid line, string environment, DateTimeOffset now, CancellationToken cancellation)
    {
        var rows = await db.Database.SqlQuery<CutOffRow>(
            $"""
            select s.client_id as "ClientId", p.team_id as "TeamId", sum(u.count)::bigint as "Calls"
            from shadow_series({line}, {environment}, {now}) s
              join call_usage u on u.series_id = s.id and u.span = 3600 and u.start >= {ShadowReader.DayBefore(now)}
              left join application p on p.client_id = s.client_id
            where not s.solved group by 1, 2
            """).ToListAsync(cancellation);
        var known = rows.FindAll(r => r.ClientId.Length > 0);
        return new(
            known.Count, known.Sum(r => r.Calls), rows.Where(r => r.ClientId.Length == 0).Sum(r => r.Calls),
            [.. known.Select(r => r.TeamId).OfType<Guid>().Distinct()]);
    }

    private static string Number(long count, string one) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{count:N0} {one}{(count == 1 ? "" : "s")}");

    private sealed record CutOffRow(string ClientId, Guid? TeamId, long Calls);
}
