using System.Text.Json;

namespace Marketplace.Portal.Audit;

/// <summary>How the interface says what events call something else.</summary>
internal static class AuditWords
{
    /// <summary>What the filter offers; any other can stand in the address.</summary>
    public static readonly string[] SubjectKinds = ["access_request", "grant", "emergency_access", "application", "api", "api_version", "team", "person", "signing_key", "ruleset", "approval_policy", "plan", "recertification", "emergency_access"];

    public static string Readable(string word)
    {
        var text = word.Replace('_', ' ').Replace('.', ' ');
        return text.StartsWith("api", StringComparison.Ordinal) ? "API" + text[3..] : text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
    }

    public static string? Channel(string? channel) => channel switch
    {
        "portal" => "the pages",
        "rest" => "the REST API",
        "system" => "the marketplace itself",
        _ => channel,
    };

    /// <summary>Session or access token, as the event tells it.</summary>
    public static string? Of(string content)
    {
        try
        {
            using var document = JsonDocument.Parse(content.Length == 0 ? "{}" : content);
            return document.RootElement.TryGetProperty("credential", out var value) && value.GetString() is { } credential
                ? credential.Replace("access_token:", "access token ", StringComparison.Ordinal).Replace("session:", "session ", StringComparison.Ordinal)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The page of what an event tells of, where there is one.</summary>
    public static string? LinkOf(string kind, string id, string subject) => kind switch
    {
        "access_request" => $"/requests/{id}",
        "grant" => $"/grants/{id}",
        "emergency_access" => $"/emergency-access/{id}",
        "application" => $"/applications/{Uri.EscapeDataString(subject)}",
        "api" => $"/apis/{Uri.EscapeDataString(subject)}",
        "api_version" when subject.Split(' ') is [var api, var version] => $"/apis/{Uri.EscapeDataString(api)}/{Uri.EscapeDataString(version)}",
        "plan" when subject.Split(' ') is [var api, _] => $"/apis/{Uri.EscapeDataString(api)}",
        "recertification" => $"/recertification/{id}",
        "approval_policy" => $"/approval-policies/{id}",
        "signing_key" => "/signing-keys",
        "team" => $"/teams/{Uri.EscapeDataString(subject)}",
        _ => null,
    };
}
