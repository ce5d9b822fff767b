using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Audit;

/// <summary>An API, application or team that an event is about, also where its subject is a grant or a request of theirs.</summary>
public sealed class AuditAbout
{
    /// <summary><c>api</c>, <c>application</c> or <c>team</c>: the one that had it then.</summary>
    public required string Kind { get; init; }
    public required Guid Id { get; init; }
    public required long Sequence { get; init; }

    internal sealed class Table() : Mapping<AuditAbout>("audit_about")
    {
        protected override void Map(EntityTypeBuilder<AuditAbout> entity) => entity.HasKey(a => new { a.Kind, a.Id, a.Sequence });
    }

    internal sealed record Found(string Kind, Guid Id)
    {
        public override string ToString() => $"{Kind}:{Id}";
    }

    /// <summary>What an event of this subject is about, as it is now; in an order of its own.</summary>
    internal static async Task<IReadOnlyList<Found>> OfAsync(MarketplaceDb db, string subjectKind, string subjectId, CancellationToken cancellation)
    {
        if (subjectKind == "access_request")
            return long.TryParse(subjectId, out var number) ? await OwnersAsync(db, OfRequest(number), cancellation) : [];
        if (subjectKind == "emergency_access")
            return long.TryParse(subjectId, out var emergency) ? await OwnersAsync(db, OfEmergency(emergency), cancellation) : [];
        if (subjectKind == "recertification")
            return long.TryParse(subjectId, out var campaign) ? await OwnersAsync(db, OfCampaign(campaign), cancellation) : [];
        if (!Guid.TryParse(subjectId, out var id))
            return [];
        FormattableString? parts = subjectKind switch
        {
            "api" or "application" or "team" => $"select {subjectKind} as kind, {id} as id",
            "plan" => $"select 'api' as kind, api_id as id from plan where id = {id}",
            "api_version" => $"select 'api' as kind, api_id as id from api_version where id = {id}",
            "grant" => $"""
                select 'application' as kind, application_id as id from access_grant where id = {id}
                union select 'api', v.api_id from access_grant g join operation o on o.id = g.operation_id join api_version v on v.id = o.api_version_id where g.id = {id}
                """,
            _ => null,
        };
        return parts is null ? [] : await OwnersAsync(db, parts, cancellation);
    }

    /// <summary>The same of many grants, by the grant.</summary>
    internal static async Task<ILookup<Guid, Found>> OfGrantsAsync(MarketplaceDb db, Guid[] grants, CancellationToken cancellation) => (await db.Database
        .SqlQuery<FoundOf>(
            $"""
            with part as materialized (
              select g.id as subject, g.application_id, v.api_id
              from access_grant g join operation o on o.id = g.operation_id join api_version v on v.id = o.api_version_id where g.id = any({grants})
            )
            select subject as "Subject", 'application' as "Kind", application_id as "Id" from part
            union select subject, 'api', api_id from part
            union select p.subject, 'team', a.team_id from part p join api a on a.id = p.api_id
            union select p.subject, 'team', a.team_id from part p join application a on a.id = p.application_id
            order by 1, 2, 3
            """)
        .ToListAsync(cancellation)).ToLookup(found => found.Subject, found => new Found(found.Kind, found.Id));

    private sealed record FoundOf(Guid Subject, string Kind, Guid Id);

    /// <summary>What its scope names: that of one over everything names nothing.</summary>
    private static FormattableString OfCampaign(long number) =>
        $"""
        select 'api' as kind, api_id as id from campaign where number = {number} and api_id is not null
        union select 'api', v.api_id from campaign c join api_version v on v.id = c.api_version_id where c.number = {number}
        union select 'application', application_id from campaign where number = {number} and application_id is not null
        union select 'team', t.id from campaign c join team t on t.id in (c.api_team_id, c.application_team_id) where c.number = {number}
        """;

    private static FormattableString OfRequest(long number) =>
        $"""
        select 'application' as kind, application_id as id from access_request where number = {number}
        union select 'api', v.api_id from access_request r join access_request_item i on i.access_request_id = r.id
          join operation o on o.id = i.operation_id join api_version v on v.id = o.api_version_id where r.number = {number}
        """;

    private static FormattableString OfEmergency(long number) =>
        $"""
        select 'application' as kind, application_id as id from emergency_access where number = {number}
        union select 'api', v.api_id from emergency_access e join api_version v on v.id = e.api_version_id where e.number = {number}
        """;

    private static async Task<IReadOnlyList<Found>> OwnersAsync(MarketplaceDb db, FormattableString parts, CancellationToken cancellation)
    {
        var sql =
            $"""
            with part as ({parts.Format})
            select kind as "Kind", id as "Id" from part
            union select 'team', a.team_id from part p join api a on p.kind = 'api' and a.id = p.id
            union select 'team', a.team_id from part p join application a on p.kind = 'application' and a.id = p.id
            order by 1, 2
            """;
        return await db.Database.SqlQueryRaw<Found>(sql, [.. parts.GetArguments().Select(argument => argument!)]).ToListAsync(cancellation);
    }
}
