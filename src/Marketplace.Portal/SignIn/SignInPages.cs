using Marketplace.Core;
using Marketplace.Core.People;
using Marketplace.Portal.Shell;
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
        pages.MapPost("/sign-in", SignInAsync).AllowAnonymous();
        pages.MapPost("/sign-out", SignOutAsync);
    }

    private static IResult Show(HttpContext context, string? returnUrl) =>
        context.User.Identity is { IsAuthenticated: true }
            ? Results.LocalRedirect(LocalUrl.Or(returnUrl))
            : Page.Show<SignInPage, SignInModel>(new("", LocalUrl.Or(returnUrl), []));

    private static async Task<IResult> SignInAsync(
        HttpContext context,
        PasswordCheck check,
        SignInManager<Person> sessions,
        [FromForm] string? userName,
        [FromForm] string? password,
        [FromForm] string? returnUrl)
    {
        if (await check.FindAsync(userName ?? "", password ?? "") is not { } person)
            return Page.Again<SignInPage, SignInModel>(new(userName ?? "", LocalUrl.Or(returnUrl), [Refused]));
        await sessions.SignInAsync(person, isPersistent: false);
        return Flash.Redirect(context, LocalUrl.Or(returnUrl));
    }

    // A cookie cannot be called back: a new stamp makes every copy of it worthless, wherever it lies.
    private static async Task<IResult> SignOutAsync(HttpContext context, SignInManager<Person> sessions, UserManager<Person> people)
    {
        if (await people.GetUserAsync(context.User) is { } person)
            await people.UpdateSecurityStampAsync(person);
        await sessions.SignOutAsync();
        return Flash.Redirect(context, "/sign-in", "You are signed out.");
    }
}

public sealed record SignInModel(string UserName, string ReturnUrl, IReadOnlyList<Problem> Problems);
