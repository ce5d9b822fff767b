using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Publishing;

/// <summary>A new line of an API, with its audience in each environment (RFC 8707).</summary>
internal static class ApiLine
{
    public const string AudiencePrefix = "urn:marketplace:";

    public static string AudienceOf(string api, string version, string environment) => $"{AudiencePrefix}{api}:{version}:{environment}";

    public static async Task<ApiVersion> NewAsync(
        MarketplaceDb db, Api api, string version, string basePath, DateTimeOffset now, CancellationToken cancellation)
    {
        var line = new ApiVersion { ApiId = api.Id, Version = version, Lifecycle = Lifecycle.Draft, BasePath = basePath, CreatedAt = now };
        var environments = await db.Environments.OrderBy(e => e.Position).Select(e => e.Name).ToListAsync(cancellation);
        line.Audiences.AddRange(environments.Select(e => new Audience
        {
            ApiVersionId = line.Id,
            Environment = e,
            Uri = AudienceOf(api.Name, version, e),
        }));
        return line;
    }
}
