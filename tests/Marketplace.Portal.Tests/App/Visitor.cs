using System.Net;
using System.Net.Http.Headers;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Marketplace.Portal.Tests.App;

/// <summary>A browser with script off: follows links, fills in forms as they stand on the page, keeps cookies.</summary>
public sealed class Visitor(Uri address) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new() }) { BaseAddress = address };

    public async Task<Seen> GetAsync(string url, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Accept.ParseAdd("text/html");
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return await SendAsync(request);
    }

    public async Task<Seen> SendAsync(HttpRequestMessage request)
    {
        using var response = await _http.SendAsync(request);
        return await Seen.ReadAsync(response);
    }

    public Task<Seen> PostAsync(string url, params (string Name, string Value)[] fields) =>
        PostAsync(url, new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))));

    public async Task<Seen> PostAsync(string url, HttpContent content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
        request.Headers.Accept.ParseAdd("text/html");
        return await SendAsync(request);
    }

    /// <summary>Sends the page's form that posts to <paramref name="action"/> with these values in place of its own.</summary>
    public Task<Seen> SubmitAsync(Seen page, string action, params (string Name, string Value)[] values)
    {
        var form = page.Form(action);
        var fields = form.Elements.OfType<IHtmlInputElement>()
            .Where(i => i.Name is { Length: > 0 } && i.Type is not ("file" or "submit") && (i.Type is not ("checkbox" or "radio") || i.IsChecked))
            .Select(i => (Name: i.Name!, Value: i.Value))
            .Concat(form.Elements.OfType<IHtmlTextAreaElement>().Select(t => (Name: t.Name!, t.Value)))
            .Concat(form.Elements.OfType<IHtmlSelectElement>().Where(s => s.Value is not null).Select(s => (Name: s.Name!, Value: s.Value!)))
            .Where(f => values.All(v => v.Name != f.Name))
            .Concat(values)
            .ToArray();
        if (form.Enctype != "multipart/form-data")
            return PostAsync(action, fields);
        var content = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
            content.Add(new StringContent(value) { Headers = { ContentType = null } }, name);
        return PostAsync(action, content);
    }

    /// <summary>Sends the form as it stands, with a file.</summary>
    public Task<Seen> UploadAsync(Seen page, string action, byte[] file, params (string Name, string Value)[] values)
    {
        var content = new MultipartFormDataContent();
        foreach (var input in page.Form(action).QuerySelectorAll("input[type=hidden], input[type=text], input[type=radio][checked]").OfType<IHtmlInputElement>().Where(i => values.All(v => v.Name != i.Name)))
            content.Add(new StringContent(input.Value) { Headers = { ContentType = null } }, input.Name!);
        foreach (var (name, value) in values)
            content.Add(new StringContent(value) { Headers = { ContentType = null } }, name);
        content.Add(new ByteArrayContent(file) { Headers = { ContentType = new("application/json") } }, "file", "openapi.json");
        return PostAsync(action, content);
    }

    public async Task<Seen> SignInAsync(string userName, string password, string url = "/sign-in") =>
        await SubmitAsync(await GetAsync(url), "/sign-in", ("userName", userName), ("password", password));

    public void Dispose() => _http.Dispose();
}

/// <summary>What came back.</summary>
public sealed record Seen(int Status, string Text, IHtmlDocument Html, HttpResponseHeaders Headers)
{
    public string? Location => Headers.Location?.ToString();

    public string? Heading => Html.QuerySelector("h1")?.TextContent.Trim();

    public IReadOnlyList<string> FieldProblems => [.. Html.QuerySelectorAll(".field-problems li").Select(li => li.TextContent.Trim())];

    public IReadOnlyList<string> AllProblems => [.. Html.QuerySelectorAll(".problem-summary li").Select(li => li.TextContent.Trim())];

    public IHtmlFormElement Form(string action) =>
        Html.Forms.FirstOrDefault(f => f.GetAttribute("action") == action)
        ?? throw new InvalidOperationException($"No form posts to {action}; the page ({Status}) says: {Html.Body?.TextContent}");

    internal static async Task<Seen> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        return new((int)response.StatusCode, text, new HtmlParser().ParseDocument(text), response.Headers);
    }
}
