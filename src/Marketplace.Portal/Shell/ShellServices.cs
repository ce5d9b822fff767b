using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Portal.Shell;

internal static class ShellServices
{
    public static void AddShell(this IServiceCollection services)
    {
        services.AddProblemDetails();
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "mkt-form";
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            // frame-ancestors in the Content-Security-Policy says it for every response.
            options.SuppressXFrameOptionsHeader = true;
        });
    }
}
