using Npgsql;

namespace Marketplace.Core.Data;

/// <summary>
/// The database roles of the planes (db/migrations/0002). A plane's connections take its role before the first
/// statement, so that a fault in the token or control plane cannot write a grant.
/// </summary>
public static class PlaneRole
{
    public const string Governance = "marketplace_governance";
    public const string Token = "marketplace_token";
    public const string Control = "marketplace_control";

    /// <summary>A pool whose every connection works under <paramref name="role"/>; the login must be a member of it.</summary>
    public static NpgsqlDataSource OpenPool(string connectionString, string role, int maxConnections = 10)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = role,
            MaxPoolSize = maxConnections,
        };
        settings.Options = $"{settings.Options} -c role={role}".Trim();
        return NpgsqlDataSource.Create(settings);
    }
}
