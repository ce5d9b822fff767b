namespace Marketplace.Portal.SignIn;

internal static class LocalUrl
{
    /// <summary>The address if it leads back to us, else the home page: nobody is sent elsewhere after signing in.</summary>
    public static string Or(string? url, string otherwise = "/") => IsLocal(url) ? url! : otherwise;

    /// <summary>An absolute path; <c>//host</c> and <c>/\host</c> are addresses of others to a browser, which also drops control characters.</summary>
    private static bool IsLocal(string? url) =>
        url is ['/', ..] && (url.Length == 1 || url[1] is not ('/' or '\\')) && !url.Any(char.IsControl);
}
