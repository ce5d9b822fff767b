using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Marketplace.Portal.Shell;

/// <summary>One sentence that outlives a redirect: "Published revision 2". Shown once, by the next whole page.</summary>
internal sealed class FlashCookie(RequestDelegate next)
{
    private const string Name = "mkt-flash";

    public Task InvokeAsync(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method)
            && !context.Request.WantsFragment()
            && context.GetEndpoint()?.Metadata.GetMetadata<PageMetadata>() is not null
            && context.Request.Cookies[Name] is { Length: > 0 } value)
        {
            context.Response.Cookies.Delete(Name);
            context.Items[Name] = Decode(value);
        }

        return next(context);
    }

    internal static string? Of(HttpContext context) => context.Items[Name] as string;

    internal static void Set(HttpContext context, string sentence) => context.Response.Cookies.Append(
        Name,
        WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(sentence)),
        new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, MaxAge = TimeSpan.FromMinutes(1), IsEssential = true });

    private static string? Decode(string value)
    {
        try
        {
            return Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(value));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

public static class Flash
{
    /// <summary>Post/Redirect/Get: go to <paramref name="url"/>, and say there what was done.</summary>
    public static IResult Redirect(HttpContext context, string url, string? sentence = null)
    {
        if (sentence is not null)
            FlashCookie.Set(context, sentence);
        // 303: whatever the method was, the next one is GET (RFC 9110 §15.4.4).
        context.Response.Headers.Location = url;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }
}
