using System.Text.RegularExpressions;
using Marketplace.EndToEnd.Framework;
using Microsoft.Playwright;

namespace Marketplace.EndToEnd.Pages;

/// <summary>One page of each kind that a person can reach by links, looked at in their browser.</summary>
internal sealed partial class Crawl
{
    /// <summary>
    /// What axe has judged, of everybody's crawls: it takes seconds for a page, so it looks at each kind once at each
    /// width, and again wherever there is an element in a place, a state or a dress that it has not seen.
    /// </summary>
    private static readonly HashSet<string> Judged = new(StringComparer.Ordinal);

    private readonly IPage _page;
    private readonly Queue<string> _waiting = new(["/"]);
    private readonly HashSet<string> _kinds = new(StringComparer.Ordinal) { "/" };
    private readonly List<string> _console = [];

    private readonly Dictionary<string, string> _preferred;

    /// <param name="page">Somebody's browser.</param>
    /// <param name="preferred">Of all pages of a kind, one that has rows; it still takes a link to one of them to get there.</param>
    public Crawl(IPage page, params string[] preferred)
    {
        _page = page;
        _preferred = preferred.ToDictionary(PathOf, StringComparer.Ordinal);
        page.Console += (_, message) => Note(message.Type == "error", message.Text);
        page.PageError += (_, error) => Note(true, error);
        page.RequestFailed += (_, request) => Note(request.Failure != "net::ERR_ABORTED", $"{request.Url}: {request.Failure}");
    }

    /// <summary>What is wrong, each with its address.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Address and heading of every page seen.</summary>
    public Dictionary<string, string> Headings { get; } = new(StringComparer.Ordinal);

    public int Files { get; private set; }

    /// <summary>Preferred pages that no link led to.</summary>
    public IReadOnlyCollection<string> NotReached => _preferred.Values;

    public async Task WalkAsync()
    {
        while (_waiting.TryDequeue(out var address))
        {
            if (await IsFileAsync(address))
                continue;
            _console.Clear();
            var answer = await _page.GotoAsync(address, new() { WaitUntil = WaitUntilState.Load });
            if (answer?.Ok != true)
                Faults.Add($"{address}: {answer?.Status}");
            Headings[address] = await _page.Locator("h1").First.InnerTextAsync();
            if (address.EndsWith("/document", StringComparison.Ordinal))
                await _page.Locator("#document h1").First.WaitForAsync();
            await LookAsync(address, wide: true);
            await CollectAsync();
            await LookAsync(address, wide: false);
            Faults.AddRange(_console.Select(line => $"{address}: console: {line}"));
        }
    }

    private async Task LookAsync(string address, bool wide)
    {
        var width = wide ? 1400 : 390;
        await _page.SetViewportSizeAsync(width, 900);
        var scrolls = await _page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        if (scrolls > 0)
            Faults.Add($"{address}: {scrolls} pixels too wide at {width}: {await _page.EvaluateAsync<string>(Widest)}");
        if (await IsNewAsync($"{KindOf(address)} at {width}"))
            Faults.AddRange((await Accessibility.ViolationsAsync(_page)).Select(violation => $"{address} at {width}: {violation}"));
    }

    private async Task<bool> IsNewAsync(string kind)
    {
        var before = Judged.Count;
        Judged.UnionWith(await _page.EvaluateAsync<string[]>(Elements));
        Judged.Add(kind);
        return Judged.Count > before;
    }

    private const string Elements =
        """
        [...new Set([...document.querySelectorAll('body *:not(#document *)')].map(e => [e.parentElement, e].map(n =>
            n.localName + [...n.attributes].map(a => /^(class|role|type|aria-(current|expanded|selected))$/.test(a.name) ? `[${a.name}=${a.value}]` : `[${a.name}]`).sort().join('')).join('>')))]
        """;

    private const string Widest =
        "[...document.querySelectorAll('main *')].sort((a, b) => b.getBoundingClientRect().right - a.getBoundingClientRect().right)[0]?.outerHTML.slice(0, 150)";

    /// <summary>A download has no page; it must be there all the same.</summary>
    private async Task<bool> IsFileAsync(string address)
    {
        if (!FileName().IsMatch(address))
            return false;
        var answer = await _page.APIRequest.GetAsync(address);
        if (!answer.Ok)
            Faults.Add($"{address}: {answer.Status}");
        Files++;
        return true;
    }

    private async Task CollectAsync()
    {
        foreach (var address in await _page.EvaluateAsync<string[]>(
            "[...document.links].filter(a => a.origin === location.origin && !a.closest('#document')).map(a => a.pathname + a.search)"))
        {
            if (_kinds.Add(KindOf(address)))
                _waiting.Enqueue(_preferred.Remove(PathOf(address), out var better) ? better : address);
        }
    }

    /// <summary>The same page of another API, team or number, or with another filter, is the same kind.</summary>
    private static string KindOf(string address)
    {
        var parts = address.Split('?', '&');
        var path = Number().Replace(Name().Replace(parts[0], "/${kind}/*"), "/*");
        return parts.Length == 1 ? path : $"{path}?{(parts[1].StartsWith("in=", StringComparison.Ordinal) ? parts[1] : parts[1].Split('=')[0])}";
    }

    private static string PathOf(string address) => KindOf(address).Split('?')[0];

    private void Note(bool isError, string text)
    {
        if (isError)
            _console.Add(text);
    }

    [GeneratedRegex("^/(?<kind>apis|teams|applications|requests|grants|people)/(?!new$)[^/]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();

    [GeneratedRegex("/v?[0-9]+(?=/|$)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();

    [GeneratedRegex(@"\.(json|yaml|atom)(\?|$)|/original(\?|$)|^/\.well-known/|^/api/", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FileName();
}
