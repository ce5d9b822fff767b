using System.Globalization;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Marketplace.Samples.Consumer;

internal sealed record PageState
{
    public const string AnyPayment = "p-1001";

    public string? ClientId { get; init; }
    public string Payment { get; init; } = AnyPayment;
    public bool ViaGateway { get; init; }
    public string? Error { get; init; }
    public string? Notice { get; init; }
    public Answer? Answer { get; init; }
}

/// <summary>One page of plain HTML; every value is encoded.</summary>
internal static class Page
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Render(ConsumerOptions options, PageState state) =>
        $"""
        <!doctype html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <title>Sample consumer</title>
          <link rel="stylesheet" href="/consumer.css">
        </head>
        <body>
        <header>
          <h1>Sample consumer</h1>
          <p>Calls <a href="{Text(new Uri(options.Marketplace, $"apis/{options.Api}/{options.Version}").AbsoluteUri)}">{Text(options.Api)} {Text(options.Version)}</a>
             in {Text(options.Environment)} with a token of the marketplace.</p>
        </header>
        <main>
        {Message(state)}
        {Result(options, state)}
        <form method="post" action="/">
          <fieldset>
            <legend>Who calls</legend>
            <label for="clientId">Client id</label>
            <input id="clientId" name="clientId" value="{Text(state.ClientId)}" autocomplete="off" spellcheck="false" required>
            <label for="clientSecret">Client secret</label>
            <input id="clientSecret" name="clientSecret" type="password" autocomplete="off" aria-describedby="secret-hint">
            <p id="secret-hint" class="hint">{Text(state.ClientId is { Length: > 0 } && state.Error is null ? "Kept in memory. Leave empty to use the one entered before." : "From the application's page in the marketplace; kept in memory only.")}</p>
          </fieldset>
          <fieldset>
            <legend>Which way</legend>
            <label class="choice"><input type="radio" name="way" value="direct"{(state.ViaGateway ? "" : " checked")}> Direct, by its name; the SDK in the service decides</label>
            <label class="choice"><input type="radio" name="way" value="gateway"{(state.ViaGateway ? " checked" : "")}> Through the gateway, HAProxy decides</label>
          </fieldset>
          <fieldset>
            <legend>What to call</legend>
            <label for="payment">Payment</label>
            <input id="payment" name="payment" value="{Text(state.Payment)}" autocomplete="off" spellcheck="false">
            <div class="calls">
            {string.Concat(Call.All.Select(Button))}
            </div>
          </fieldset>
        </form>
        </main>
        </body>
        </html>
        """;

    private static string Button(Call call) =>
        $"""
        <button name="operation" value="{Text(call.Key)}"><span class="label">{Text(call.Label)}</span>
          <span class="route"><b class="{Text(call.Method.Method.ToLowerInvariant())}">{Text(call.Method.Method)}</b> /{Text(call.Path)}</span></button>

        """;

    private static string Message(PageState state) => (state.Error, state.Notice) switch
    {
        ({ } error, _) => $"""<p class="message refused" role="alert">{Text(error)}</p>""",
        (_, { } notice) => $"""<p class="message" role="status">{Text(notice)}</p>""",
        _ => "",
    };

    private static string Result(ConsumerOptions options, PageState state)
    {
        if (state.Answer is not { } answer)
            return "";
        var kind = answer.Status is >= 200 and < 300 ? "served" : "refused";
        var status = answer.Status == 0 ? answer.Phrase : $"{answer.Status} {answer.Phrase}";
        return $"""
            <section class="answer {kind}" aria-labelledby="answer">
              <h2 id="answer">{Text(answer.Call.Label)}: <span class="status">{Text(status)}</span></h2>
              <p class="request">{Text(answer.Request)} <time datetime="{answer.At:O}">at {answer.At.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)} UTC</time></p>
              {Reason(options, state, answer)}
              <pre tabindex="0">{Text(Indented(answer.Body))}</pre>
            </section>
            """;
    }

    private static string Reason(ConsumerOptions options, PageState state, Answer answer)
    {
        if (answer.Reason is null)
            return "";
        // A token names an audience: without any grant there is none, and asking for access mends that too.
        var link = answer.Reason is "operation_not_granted" or "grant_ended" or "invalid_target"
            ? $""" <a href="{Text(options.RequestAccess(state.ClientId ?? "", answer.Call.Key))}">Request access to {Text(answer.Call.Key)}</a>"""
            : "";
        return $"""<p>Refused because of <code class="reason">{Text(answer.Reason)}</code>.{link}</p>""";
    }

    private static string Indented(string body)
    {
        if (body.Length == 0)
            return "(no body)";
        try
        {
            return JsonNode.Parse(body)?.ToJsonString(Readable) ?? body;
        }
        catch (JsonException)
        {
            return body;
        }
    }

    private static string Text(string? value) => WebUtility.HtmlEncode(value ?? "");
}
