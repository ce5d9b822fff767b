using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Marketplace.Portal.Tests;

/// <summary>A browser without script: it keeps cookies, reads pages and sends their forms.</summary>
public sealed class BankBrowser(HttpClient client)
{
    public HttpClient Client { get; } = client;

    public async Task<IHtmlDocument> PageAsync(string url)
    {
        var response = await Client.GetAsync(url);
        Assert.True(response.IsSuccessStatusCode, $"GET {url} answered {(int)response.StatusCode}.");
        return await DocumentAsync(response);
    }

    public static async Task<IHtmlDocument> DocumentAsync(HttpResponseMessage response) =>
        await new HtmlParser().ParseDocumentAsync(await response.Content.ReadAsStringAsync());

    /// <summary>Posts with the antiforgery token of any page that has a form.</summary>
    public async Task<HttpResponseMessage> PostAsync(string url, string formOn, params (string Name, string Value)[] fields)
    {
        var token = await FormTokenAsync(formOn);
        var content = fields.Append(("__RequestVerificationToken", token)).Select(f => KeyValuePair.Create(f.Item1, f.Item2));
        return await Client.PostAsync(url, new FormUrlEncodedContent(content));
    }

    /// <summary>The antiforgery token of a page's form; it is good for any form of this session.</summary>
    public async Task<string> FormTokenAsync(string url) =>
        (await PageAsync(url)).QuerySelector("input[name=__RequestVerificationToken]")?.GetAttribute("value") ?? "";

    public async Task SignInAsync(string userName, string password)
    {
        var response = await PostAsync("/sign-in", "/sign-in", ("userName", userName), ("password", password));
        Assert.Equal(System.Net.HttpStatusCode.SeeOther, response.StatusCode);
    }
}
