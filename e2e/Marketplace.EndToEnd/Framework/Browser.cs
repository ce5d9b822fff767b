using Microsoft.Playwright;

namespace Marketplace.EndToEnd.Framework;

/// <summary>Debian's Chromium, started once.</summary>
internal static class Browser
{
    // The first has no windows to draw, which cost more than the pages in them.
    private static readonly string? Chromium = new[] { "/usr/bin/chromium-headless-shell", "/usr/bin/chromium" }.FirstOrDefault(File.Exists);

    private static readonly Lazy<Task<IBrowser>> Shared = new(StartAsync);

    /// <summary>Somebody's browser: cookies of its own, with or without JavaScript, or one that heeds no Content-Security-Policy.</summary>
    public static async Task<IPage> NewPageAsync(Uri baseUrl, bool javaScript = true, int width = 1400, bool heedsPolicy = true)
    {
        var context = await (await Shared.Value).NewContextAsync(new()
        {
            BaseURL = baseUrl.ToString(),
            JavaScriptEnabled = javaScript,
            BypassCSP = !heedsPolicy,
            ViewportSize = new() { Width = width, Height = 900 },
        });
        context.SetDefaultTimeout(60_000);
        return await context.NewPageAsync();
    }

    private static async Task<IBrowser> StartAsync()
    {
        if (Chromium is null)
            throw new InvalidOperationException("Chromium is missing: apt-get install chromium-headless-shell, or run ./test.sh, which does.");
        var playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(30_000);
        var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync", "--disable-component-update", "--disable-quic"],
        });
        AppDomain.CurrentDomain.ProcessExit += (_, _) => playwright.Dispose();
        return browser;
    }
}
