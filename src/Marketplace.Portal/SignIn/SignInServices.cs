using Marketplace.Core.People;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Portal.SignIn;

internal static class SignInServices
{
    /// <summary>How long a person who was disabled, or whose role changed, keeps what they had.</summary>
    private static readonly TimeSpan Recheck = TimeSpan.FromSeconds(10);

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
            .AddClaimsPrincipalFactory<PersonPrincipal>()
            .AddSignInManager<PersonSignIn>();
        services.AddScoped<PasswordCheck>();
        services.Configure<SecurityStampValidatorOptions>(options => options.ValidationInterval = Recheck);

        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddCookie(IdentityConstants.ApplicationScheme, options =>
        {
            options.Cookie.Name = "mkt-session";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.ExpireTimeSpan = TimeSpan.FromHours(8);
            options.SlidingExpiration = true;
            options.Events.OnValidatePrincipal = ValidateAsync;
            options.Events.OnCheckSlidingExpiration = context =>
            {
                context.ShouldRenew &= !context.Request.IsPoll();
                return Task.CompletedTask;
            };
            options.Events.OnRedirectToLogin = AskToSignInAsync;
            options.Events.OnRedirectToAccessDenied = context => Page.Forbidden().ExecuteAsync(context.HttpContext);
        })
            // Never issued; the stamp's validator signs out of it by name and needs it to be there.
            .AddCookie(IdentityConstants.TwoFactorRememberMeScheme);
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
    }

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        await SecurityStampValidator.ValidatePrincipalAsync(context);
        // Who was checked gets a new cookie, which lasts as long as one of a sign-in.
        context.ShouldRenew &= !context.Request.IsPoll();
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
