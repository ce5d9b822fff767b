using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Marketplace.EndToEnd.Pages;

internal static class Accessibility
{
    // Scalar's own, in another project's hands.
    private static readonly AxeRunContext Ours = new() { Exclude = [new AxeSelector("#document")] };

    public static async Task<IEnumerable<string>> ViolationsAsync(IPage page) =>
        (await page.RunAxe(Ours)).Violations.Select(v => $"{v.Id}: {v.Help} {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}");
}
