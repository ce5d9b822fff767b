using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Samples.Provider;

/// <summary>Says not only whether the service is ready, but what its protection lives on: the newest policy, an older one, or its own disk's.</summary>
internal static class Health
{
    public static void MapHealth(this WebApplication app) => app.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = WriteAsync });

    private static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        status = report.Status.ToString(),
        checks = report.Entries.ToDictionary(
            entry => entry.Key,
            entry => new { status = entry.Value.Status.ToString(), description = entry.Value.Description, data = entry.Value.Data },
            StringComparer.Ordinal),
    });
}
