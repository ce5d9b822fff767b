using System.Text.Encodings.Web;
using System.Text.Json;
using Marketplace.Core.Notifications.Preferences;

namespace Marketplace.Core.Notifications.Webhooks;

/// <summary>
/// What a webhook is sent: type, time, one line, and where there is more. Whoever wants more asks the REST API under an
/// access token of their own, so that a URL that leads astray tells nobody anything that matters.
/// </summary>
internal static class WebhookPayload
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The same for every attempt and every endpoint: receivers know by it what they have had.</summary>
    public static string IdOf(Guid notification) => $"msg_{notification:N}";

    public static byte[] Of(Notification notification, string publicUrl)
    {
        var data = new Dictionary<string, object>(StringComparer.Ordinal) { ["subject"] = notification.Subject, ["url"] = publicUrl + notification.Link };
        foreach (var (name, value) in About(notification.Link))
            data[name] = value;
        return JsonSerializer.SerializeToUtf8Bytes(
            new { type = NotificationKinds.Of(notification.Kind).EventType, timestamp = notification.At.UtcDateTime, data }, Options);
    }

    /// <summary>What the portal's address names, as the REST API calls it.</summary>
    private static IEnumerable<(string Name, object Value)> About(string link)
    {
        var parts = link.Split('?', '#')[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        switch (parts)
        {
            case ["requests", var number, ..] when long.TryParse(number, out var request):
                yield return ("request", request);
                break;
            case ["grants", var grant, ..]:
                yield return ("grant", grant);
                break;
            case ["applications", var application, ..]:
                yield return ("application", application);
                break;
            case ["teams", var team, ..]:
                yield return ("team", team);
                break;
            case ["apis", var api, .. var rest]:
                yield return ("api", api);
                if (rest is [['v', .. { Length: > 0 } digits], ..] && digits.All(char.IsAsciiDigit))
                    yield return ("version", rest[0]);
                break;
        }
    }
}
