using System.Text.Json;
using Marketplace.Core.Audit;

namespace Marketplace.Portal.Tests.RoleRoutes;

/// <summary>An event of a change to something that was there tells what it was before and what it is after, null included; these are of no such change.</summary>
internal static class ChangeEvents
{
    private static readonly string[] OfSomethingNew =
    [
        "access_request.commented", "access_request.submitted", "access_token.created", "api.created", "application.registered", "credential.added", "narrowing.asked", "person.created",
        "person.provisioned", "plan.added", "recertification.opened", "sandbox_token.issued", "session.started", "team.created", "audit.erasure_asked",
    ];

    private static readonly string[] OfSomethingDoneThatChangesNothing =
    [
        "access_request.escalated", "approval_policy.tried", "audit.exported", "emergency.over", "emergency.review_overdue", "emergency.review_reminded", "person.locked_out", "person.sign_in_failed", "quota.spent", "recertification.exported",
        "shadow_mode.consumers_asked", "signing_key.rotation_requested", "webhook.replayed",
    ];

    /// <summary>A session has no other state, an erasure that is withdrawn neither; of a password nothing may be told.</summary>
    private static readonly string[] OfWhatHasNothingToTell = ["audit.erased", "audit.erasure_withdrawn", "person.password_changed", "session.ended", "session.signed_out"];

    /// <summary>What an event leaves untold; null if it is whole.</summary>
    public static string? Untold(AuditEvent e)
    {
        if (OfSomethingNew.Concat(OfSomethingDoneThatChangesNothing).Concat(OfWhatHasNothingToTell).Contains(e.Action, StringComparer.Ordinal))
            return null;
        using var content = JsonDocument.Parse(e.Content);
        var names = Names(content.RootElement.GetProperty("details")).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return names.Contains("before") && names.Contains("after") ? null : $"{e.Action} does not tell before and after; if nothing changes by it, {nameof(ChangeEvents)} says so";
    }

    private static IEnumerable<string> Names(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(property => Names(property.Value).Prepend(property.Name)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Names),
        _ => [],
    };
}
