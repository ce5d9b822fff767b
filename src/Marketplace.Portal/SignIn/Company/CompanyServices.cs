using Marketplace.Core;
using Marketplace.Core.People;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Portal.SignIn.Company;

internal static partial class CompanyServices
{
    private static readonly Problem Failed = new(
        "company_sign_in_failed", "The company sign-in did not work out. Try again; if it stays, tell the operators when you tried.");

    public static readonly Problem Away = new(
        "company_sign_in_away", "The company sign-in does not answer just now. Try again in a moment.");

    public static void AddCompanySignIn(this IServiceCollection services)
    {
        services.AddSingleton<CompanyProvider>();
        services.AddSingleton<ProviderTokens>();
        services.AddOptions<OpenIdOptions>(OpenIdHandler.SchemeName).Configure<CompanyProvider, PublicAddress>((options, provider, address) =>
        {
            options.CallbackPath = OpenIdHandler.CallbackPath;
            options.SignInScheme = IdentityConstants.ApplicationScheme;
            options.UsePkce = true;
            options.RemoteAuthenticationTimeout = TimeSpan.FromMinutes(15);
            options.CorrelationCookie.Name = "mkt-company-";
            // The answer comes as a navigation (GET), which brings a lax cookie.
            options.CorrelationCookie.SameSite = SameSiteMode.Lax;
            options.CorrelationCookie.SecurePolicy = address.Url.StartsWith("https:", StringComparison.Ordinal) ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            options.Backchannel = provider.Http;
            options.Events.OnRemoteFailure = RefuseAsync;
            if (!provider.IsConfigured)
                return;
            options.ClientId = provider.Settings.ClientId;
            foreach (var scope in provider.Settings.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                options.Scope.Add(scope);
        });
        services.AddAuthentication().AddOAuth<OpenIdOptions, OpenIdHandler>(OpenIdHandler.SchemeName, _ => { });
    }

    /// <summary>The sign-in page again, saying what is to be done; what went wrong technically is for the log.</summary>
    private static Task RefuseAsync(RemoteFailureContext context)
    {
        context.HandleResponse();
        var http = context.HttpContext;
        var problem = context.Failure is SignInRefused refused ? refused.Problem : Failed;
        var logger = http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(CompanyServices).FullName!);
        Log.Refused(logger, problem.Code, context.Failure?.Message ?? "");
        http.Response.Headers.CacheControl = "no-store";
        var rules = http.RequestServices.GetRequiredService<SignInRules>();
        return Page.Show<SignInPage, SignInModel>(
            SignInModel.Of(rules, "", LocalUrl.Or(context.Properties?.RedirectUri), [problem], byPassword: false), StatusCodes.Status403Forbidden).ExecuteAsync(http);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "A company sign-in was refused ({Code}): {Reason}")]
        public static partial void Refused(ILogger logger, string code, string reason);
    }
}
