namespace Marketplace.Portal.People;

/// <summary>What a person calls the browser that sends this; a guess, and enough to tell one's own from another's.</summary>
internal static class BrowserName
{
    // In this order: most of them also claim to be those that follow.
    private static readonly (string Token, string Name)[] Browsers =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("HeadlessChrome/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl")];

    private static readonly (string Token, string Name)[] Systems =
        [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];

    public static string Of(string userAgent)
    {
        var (browser, system) = (Find(Browsers, userAgent), Find(Systems, userAgent));
        return (browser, system) switch
        {
            ({ } name, { } on) => $"{name} on {on}",
            ({ } name, null) => name,
            _ => "Unknown browser",
        };
    }

    private static string? Find((string Token, string Name)[] among, string text) =>
        Array.Find(among, one => text.Contains(one.Token, StringComparison.Ordinal)).Name;
}
