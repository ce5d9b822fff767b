namespace Marketplace.Portal.Tests.RoleRoutes;

/// <summary>Calls of the table that succeed and leave nothing on the audit trail, and why that is right.</summary>
internal static class UnrecordedRows
{
    private static readonly (string End, string Why)[] All =
    [
        ("/lint", "Judges a document; nothing is kept."),
        ("/compare", "Compares a document; nothing is kept."),
        ("/why", "Asks about a call; nothing is kept, least of all a token."),
        ("/explanations", "The same."),
        ("/approval-policies/check", "Tries a policy; nothing is kept."),
        ("/rulesets/{number:int}/trial", "Tries a ruleset. What comes of it, putting it into effect, is recorded with the trial."),
        ("/accepted-answer", "The row accepts none where none was accepted: nothing changes."),
        ("/questions/{number:long}/accepted", "The same on the page."),
        ("/star", "One's own bookmark."),
        ("/subscription", "What one is told of."),
        ("/credentials/{credentialId:guid}/refresh", "Fetches keys anew; keys that changed are recorded when they are taken."),
        ("/notifications/read", "One's own inbox."),
        ("/notifications/{id:guid}/read", "One's own inbox."),
        ("/inbox/read", "One's own inbox."),
        ("/inbox/{id:guid}/open", "One's own inbox."),
        ("/inbox/{id:guid}/read", "One's own inbox."),
        ("/me/notification-preferences", "The row says what holds already: nothing changes."),
        ("/people/{userName}/sessions", "The row's person has none: nothing ends."),
        ("/me/sessions", "The row's person may have none: nothing ends."),
        ("/me/sessions/end-others", "The same on the page."),
        ("/people/{userName}/sessions/end", "The same on the page."),
        ("/unsubscribe/{token}", "What one is told of."),
        ("/webhooks/{id:guid}/test", "Sends a test event; nothing changes."),
        ("/webhooks/{id:guid}/replay", "The row's webhook has nothing to send again; what is sent again is recorded."),
        ("/plans/{plan}/archived", "The row's plan is offered already: nothing changes."),
        ("/drafts/add", "A draft is one's own until it is sent; sending it is recorded."),
        ("/drafts/{number:long}", "The same."),
        ("/drafts/{number:long}/discard", "The same."),
        ("/access-request-drafts", "The same."),
        ("/access-request-drafts/{number:long}", "The same."),
        ("/access-request-drafts/{number:long}/endpoints", "The same."),
    ];

    public static string? Why(string route) => All.Where(one => route.EndsWith(one.End, StringComparison.Ordinal)).Select(one => one.Why).FirstOrDefault();
}
