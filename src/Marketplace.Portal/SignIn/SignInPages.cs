using Marketplace.Core;
using Marketplace.Core.People;
using Marketplace.Core.People.Sessions;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Marketplace.Portal.SignIn.Company;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.SignIn;

internal static class SignInPages
{
    private static readonly Problem Refused = new(
        "sign_in_failed",
        "The name or the password is not right, or the account is closed. After five failures in a row an account waits five minutes.");

    public static string Url(string returnUrl) => returnUrl == "/" ? "/sign-in" : $"/sign-in?returnUrl={Uri.EscapeDataString(returnUrl)}";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/sign-in", Show).AllowAnonymous();
        pages.MapPost("/sign-in", SignInAsync).AllowAnonymous().RequireRateLimiting(SignInServices.PasswordLimit);
        pages.MapPost("/sign-out", SignOutAsync);
    }

    private static IResult Show(HttpContext context, SignInRules rules, string? returnUrl, bool? password) =>
        context.User.Identity is { IsAuthenticated: true }
            ? Results.LocalRedirect(LocalUrl.Or(returnUrl))
            : Page.Show<SignInPage, SignInModel>(SignInModel.Of(rules, "", LocalUrl.Or(returnUrl), [], password ?? false));

    private static async Task<IResult> SignInAsync(
        HttpContext context,
        PasswordCheck check,
        SignInRules rules,
        [FromForm] string? userName,
        [FromForm] string? password,
        [FromForm] string? returnUrl,
        CancellationToken cancellation)
    {
        if (await check.FindAsync(userName ?? "", password ?? "") is not { } person)
            return Page.Again<SignInPage, SignInModel>(SignInModel.Of(rules, userName ?? "", LocalUrl.Or(returnUrl), [Refused], byPassword: true));
        await SessionCookie.SignInAsync(context, person, cancellation);
        return Flash.Redirect(context, LocalUrl.Or(returnUrl));
    }

    // A cookie cannot be called back: with its session every copy of it is worthless, wherever it lies.
    private static async Task<IResult> SignOutAsync(HttpContext context, EndSession end, CompanyProvider provider, CancellationToken cancellation)
    {
        var ended = context.SessionId() is { } session ? await end.SignOutAsync(context.Actor(), session, cancellation) : null;
        await context.SignOutAsync(IdentityConstants.ApplicationScheme);
        return ended?.IdToken is { } token && await provider.SignOutUrlAsync(ended.Issuer!, token, cancellation) is { } url
            ? Page.Show<SignedOutPage, SignedOutModel>(new(url, provider.Name))
            : Flash.Redirect(context, "/sign-in", "You are signed out.");
    }
}

/// <param name="UserName">As it was typed.</param>
/// <param name="ReturnUrl">Where they wanted to go.</param>
/// <param name="Problems">Why it did not work.</param>
/// <param name="Company">What the company's sign-in is called; null without one.</param>
/// <param name="ByPassword">Whether name and password are asked for here.</param>
/// <param name="OtherWay">Whether there is a way by password that is not shown.</param>
public sealed record SignInModel(string UserName, string ReturnUrl, IReadOnlyList<Problem> Problems, string? Company, bool ByPassword, bool OtherWay)
{
    internal static SignInModel Of(SignInRules rules, string userName, string returnUrl, IReadOnlyList<Problem> problems, bool byPassword)
    {
        var canType = rules.Local || rules.BreakGlass.Count > 0;
        var asks = rules.Company is null || (canType && (rules.Local || byPassword));
        return new(userName, returnUrl, problems, rules.Company?.Name, asks, canType && !asks);
    }
}

/// <param name="Url">Where the identity provider ends its own session.</param>
/// <param name="Company">What it is called.</param>
public sealed record SignedOutModel(string Url, string Company);
