using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Marketplace.EndToEnd.Pages;

/// <summary>What axe finds wrong with a page as it stands. It runs in the page itself: a window of its own for each run is most of the price.</summary>
internal static class Accessibility
{
    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    // What is inside #document is Scalar's own, in another project's hands.
    private const string Judge =
        """
        async () => {
          const { violations, passes } = await axe.run({ exclude: [['#document']] }, { resultTypes: ['violations'] });
          if (passes.length === 0) throw new Error('axe has judged nothing');
          return violations.map(v => `${v.id}: ${v.help} ${v.nodes.slice(0, 3).map(n => n.html).join(' | ')}`);
        }
        """;

    public static async Task<IReadOnlyList<string>> ViolationsAsync(IPage page)
    {
        if (!await page.EvaluateAsync<bool>("'axe' in globalThis"))
            await page.EvaluateAsync(Axe);
        return await page.EvaluateAsync<string[]>(Judge);
    }
}
