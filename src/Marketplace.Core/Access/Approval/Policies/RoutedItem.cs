using System.Runtime.CompilerServices;
using Marketplace.Core.Access.Approval.Language;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Approval.Policies;

/// <summary>One endpoint of a request, with all that rules can ask about it as it is now.</summary>
internal sealed record RoutedItem(Guid Item, long Request, string Application, string Version, string Path, Decision Decision, ItemFacts Facts)
{
    /// <summary>The API's data is classified lower by now; null where it is not.</summary>
    public string? ClassifiedNow { get; private init; }

    private const string Select =
        """
        select i.id as "Item", r.number as "Request", p.client_id as "Application", v.version as "Version", o.path as "Path", i.decision as "Decision",
          classification_since(a.id, {0}) as "Classification", a.classification as "ClassifiedNow", o.method as "Method", r.environment as "Environment", a.name as "Api", t.name as "ApiTeam", c.name as "ApplicationTeam",
          o.tags as "Tags", (count(*) over (partition by r.id))::int as "Endpoints", (count(*) over (partition by r.id, v.id))::int as "EndpointsOfApi",
          greatest(0, ceil(extract(epoch from r.until - r.requested_at) / 86400))::int as "Days", o.deprecated or v.lifecycle = 'deprecated' as "Deprecated"
        from access_request r join access_request_item i on i.access_request_id = r.id join operation o on o.id = i.operation_id
          join api_version v on v.id = o.api_version_id join api a on a.id = v.api_id join team t on t.id = a.team_id
          join application p on p.id = r.application_id join team c on c.id = p.team_id
        """;

    /// <summary>What was asked for since then.</summary>
    /// <param name="remembered">The highest classification since then counts.</param>
    public static Task<List<RoutedItem>> SinceAsync(MarketplaceDb db, DateTimeOffset since, DateTimeOffset remembered, CancellationToken cancellation) =>
        ReadAsync(db, " where r.requested_at >= {1} and r.status <> 'draft' and not exists (select from emergency_access e where e.access_request_id = r.id)", remembered, since, cancellation);

    public static Task<List<RoutedItem>> OfRequestAsync(MarketplaceDb db, Guid request, DateTimeOffset remembered, CancellationToken cancellation) =>
        ReadAsync(db, " where r.id = {1}", remembered, request, cancellation);

    private static async Task<List<RoutedItem>> ReadAsync(MarketplaceDb db, string where, DateTimeOffset remembered, object parameter, CancellationToken cancellation)
    {
        var rows = await db.Database.SqlQuery<Row>(FormattableStringFactory.Create(Select + where, remembered, parameter)).ToListAsync(cancellation);
        return rows.ConvertAll(r => new RoutedItem(r.Item, r.Request, r.Application, r.Version, r.Path, StoredEnum.FromWord<Decision>(r.Decision), new(
            r.Classification, r.Method, r.Environment, r.Api, r.ApiTeam, r.ApplicationTeam, r.Tags, r.Endpoints, r.EndpointsOfApi, r.Days, r.Deprecated))
        {
            ClassifiedNow = r.ClassifiedNow == r.Classification ? null : r.ClassifiedNow,
        });
    }

    private sealed record Row(
        Guid Item, long Request, string Application, string Version, string Path, string Decision, string Classification, string ClassifiedNow, string Method, string Environment, string Api,
        string ApiTeam, string ApplicationTeam, string[] Tags, int Endpoints, int EndpointsOfApi, int Days, bool Deprecated);
}
