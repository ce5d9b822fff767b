using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.EndToEnd.Framework;

internal static class Arrival
{
    /// <summary>
    /// Until the address is like this. It is looked at again and again: an event of loading is sometimes over before
    /// anybody listens for it, and then waited for in vain.
    /// </summary>
    public static Task ArrivesAtAsync(this IPage page, string pattern) => Expect(page).ToHaveURLAsync(new Regex(pattern, RegexOptions.None, TimeSpan.FromSeconds(1)));
}
