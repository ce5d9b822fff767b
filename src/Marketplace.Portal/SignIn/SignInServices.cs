using Marketplace.Core.People;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Shell;
using Marketplace.Portal.SignIn.Company;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Portal.SignIn;

internal static class SignInServices
{
    /// <summary>Passwords tried per address: the lockout guards one account, this all of them.</summary>
    public const string PasswordLimit = "sign-in";

    public static void AddPeopleSignIn(this IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.AddDataProtection().SetApplicationName("marketplace");
        services.AddOptions<KeyManagementOptions>().Configure<SealedKeyRepository>((options, repository) =>
        {
            options.XmlRepository = repository;
            options.XmlEncryptor = new NullXmlEncryptor();
        });
        services.AddSingleton<SealedKeyRepository>();
        services.AddIdentityCore<Person>(options =>
            {
                options.Lockout.MaxFailedAccessAttempts = 5;
                options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
                // Length is what makes a password strong (NIST SP 800-63B §3.1.1.2).
                options.Password.RequiredLength = 12;
                options.Password.RequireDigit = options.Password.RequireLowercase = false;
                options.Password.RequireUppercase = options.Password.RequireNonAlphanumeric = false;
            })
            .AddUserStore<PersonStore>()
            .AddSignInManager<PersonSignIn>();
        services.AddScoped<PasswordCheck>();
        services.AddHostedService<SessionKeeper>();
        services.AddRateLimiter(options => options.AddPolicy(PasswordLimit, RestLimits.PerPasswordSender));

        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddCookie(IdentityConstants.ApplicationScheme, options =>
        {
            options.Cookie.Name = "mkt-session";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            // How long it lasts says its session: as long as that is used, and no longer than it may be at most.
            options.SlidingExpiration = false;
            options.Events.OnValidatePrincipal = SessionCookie.ValidateAsync;
            options.Events.OnRedirectToLogin = AskToSignInAsync;
            options.Events.OnRedirectToAccessDenied = context => Page.Forbidden().ExecuteAsync(context.HttpContext);
        });
        services.AddCompanySignIn();
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
    }

    private static Task AskToSignInAsync(RedirectContext<CookieAuthenticationOptions> context)
    {
        var request = context.Request;
        if (request.WantsFragment())
        {
            // htmx would put the sign-in page into the fragment's place.
            var here = Uri.TryCreate(request.Headers["HX-Current-URL"], UriKind.Absolute, out var page) ? page.PathAndQuery : "/";
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers["HX-Redirect"] = SignInPages.Url(here);
            return Task.CompletedTask;
        }

        context.Response.Redirect(SignInPages.Url(HttpMethods.IsGet(request.Method) ? request.Path + request.QueryString.Value : "/"));
        return Task.CompletedTask;
    }
}
