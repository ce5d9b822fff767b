using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Core.Access.Recertification;

/// <summary>Which grants a campaign is about, for statements.</summary>
internal static class ScopeSql
{
    /// <summary>Those that stood then. From here on a statement may add its own conditions.</summary>
    public const string Scoped = """
        from access_grant g join api_version v on v.id = g.api_version_id join api a on a.id = v.api_id join application p on p.id = g.application_id
        where (g.ended_at is null or g.ended_at > @at) and g.valid_until > @at and g.granted_at <= @at
          and (@api is null or a.id = @api) and (@version is null or v.id = @version) and (@api_team is null or a.team_id = @api_team)
          and (@application is null or p.id = @application) and (@application_team is null or p.team_id = @application_team)
          and (@classification is null or a.classification = @classification) and (@environment is null or g.environment = @environment)
          and (@owner is null or exists (select from membership m where m.team_id = a.team_id and m.person_id = @owner and m.role = 'owner'))
        """;

    public const string Reach = $"""
        select count(*)::int as "Grants", count(distinct g.application_id)::int as "Applications", count(distinct a.team_id)::int as "Teams" {Scoped}
        """;

    public static IEnumerable<NpgsqlParameter> Parameters(CampaignScope.Ids ids, Classification? classification, string? environment, Guid? owner, DateTimeOffset at)
    {
        yield return Nullable("api", NpgsqlDbType.Uuid, ids.Api);
        yield return Nullable("version", NpgsqlDbType.Uuid, ids.Version);
        yield return Nullable("api_team", NpgsqlDbType.Uuid, ids.ApiTeam);
        yield return Nullable("application", NpgsqlDbType.Uuid, ids.Application);
        yield return Nullable("application_team", NpgsqlDbType.Uuid, ids.ApplicationTeam);
        yield return Nullable("classification", NpgsqlDbType.Text, classification is { } data ? StoredEnum.ToWord(data) : null);
        yield return Nullable("environment", NpgsqlDbType.Text, environment);
        yield return Nullable("owner", NpgsqlDbType.Uuid, owner);
        yield return new NpgsqlParameter("at", at);
    }

    public static NpgsqlParameter Nullable(string name, NpgsqlDbType type, object? value) => new(name, type) { Value = value ?? DBNull.Value };
}
