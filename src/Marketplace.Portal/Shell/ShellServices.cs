using Marketplace.Portal.Catalog.Publish;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Portal.Shell;

internal static class ShellServices
{
    public static void AddShell(this IServiceCollection services)
    {
        services.AddProblemDetails();
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.MimeTypes = ["text/css", "text/javascript"];
        });
        // Larger parts of a form are refused; what a request as a whole may have is said by each endpoint (PageGroup).
        services.Configure<FormOptions>(options => options.MultipartBodyLengthLimit = DocumentForms.LongestPart);
        // A page's filter and the endpoints chosen on it travel in the address.
        services.Configure<KestrelServerOptions>(options => options.Limits.MaxRequestLineSize = 64 * 1024);
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
