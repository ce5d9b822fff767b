using static Marketplace.Portal.Tests.RoleRoutes.RestRow;

namespace Marketplace.Portal.Tests.RoleRoutes;

/// <summary>People, teams, what they are told, the audit trail and the marketplace itself.</summary>
internal static class RestPeopleRows
{
    public static IEnumerable<Row> All =>
    [
        //                                                                anon str oDev dev own oOwn adm sec aud
        .. Read("/inbox", Everybody),
        .. Read("/notifications", Everybody),
        .. Read("/audit-events", Everybody),
        // The first event tells of team channels' application.
        .. Read("/audit-events/{sequence:long}", "in  un  un   ok  ok  un   ok  ok  ok", "/audit-events/1"),
        .. Read("/audit-export", Everybody, "/audit-export?action=nothing"),
        .. Read("/audit-checkpoints", Everybody),
        .. Read("/audit-keys", Everybody),
        .. Read("/audit-erasures", "in  no  no   no  no  no   ok  ok  ok"),
        // Nothing here is seven years old: who may ask learns that, who may confirm that nothing waits.
        Publishing("POST", "/audit-erasures",                            "in  no  no   no  no  no   422 422 no",
            (w, _) => Json("/audit-erasures", new { before = w.Bank.Clock.GetUtcNow(), reason = "A row." })),
        Publishing("POST", "/audit-erasures/{id:guid}/confirmation",     "in  no  no   no  no  no   un  un  no", (_, _) => Task.FromResult(At($"/audit-erasures/{Guid.Empty}/confirmation"))),
        Publishing("POST", "/audit-erasures/{id:guid}/withdrawal",       "in  no  no   no  no  no   un  un  no", (_, _) => Task.FromResult(At($"/audit-erasures/{Guid.Empty}/withdrawal"))),
        .. Read("/teams", Everybody),
        .. Read("/teams/{team}", Everybody, "/teams/payments"),
        .. Read("/people",                                               "in  no  no   no  no  no   ok  ok  ok"),
        .. Read("/signing-keys",                                         "in  no  no   no  no  no   ok  ok  ok"),
        .. Read("/control-refusals",                                     "in  no  no   no  no  no   ok  ok  ok"),
        .. Read("/me", Everybody),
        .. Read("/me/access-tokens", Everybody),
        Publishing("POST", "/notifications/read", Everybody, (_, _) => Json("/notifications/read", new { })),
        Publishing("POST", "/notifications/{id:guid}/read", Everybody,
            async (w, column) => await Json($"/notifications/{await w.People.NotificationAsync(w.PersonIn(column, Side.Publishing) ?? w.Bank.Dirk)}/read", new { }), "one's own"),
        Publishing("POST", "/notifications/{id:guid}/read",              "in  un  un   un  un  un   un  un  un",
            async (w, _) => await Json($"/notifications/{await w.People.NotificationAsync(w.Bank.Dirk)}/read", new { }), "another's"),

        Publishing("POST", "/teams",                                     "in  no  no   no  no  no   ok  no  no",
            async (w, _) => await Json("/teams", new { name = w.Fresh("team"), title = "Team", owner = await w.People.NewcomerAsync() })),
        .. Read("/notification-channels", "in no no no no no ok ok ok"),
        .. Read("/teams/{team}/webhooks", "in un un ok ok un ok ok ok", "/teams/payments/webhooks", "", Side.Publishing),
        Publishing("POST", "/teams/{team}/webhooks",                     "in  un  un   un  ok  un   un  un  un",
            async (w, _) => await w.NoWebhooksAsync(await Json("/teams/payments/webhooks", new { url = "https://receiver.example/hook" }))),
        Publishing("GET", "/teams/{team}/webhooks/{id:guid}",            "in  un  un   ok  ok  un   ok  ok  ok", async (w, _) => At(await w.WebhookAsync())),
        Publishing("PUT", "/teams/{team}/webhooks/{id:guid}",            "in  un  un   un  ok  un   un  un  un",
            async (w, _) => await Json(await w.WebhookAsync(), new { url = "https://receiver.example/other" })),
        Publishing("DELETE", "/teams/{team}/webhooks/{id:guid}",         "in  un  un   un  ok  un   un  un  un", async (w, _) => At(await w.WebhookAsync())),
        Publishing("PUT", "/teams/{team}/webhooks/{id:guid}/state",      "in  un  un   un  ok  un   un  un  un",
            async (w, _) => await Json($"{await w.WebhookAsync()}/state", new { on = false })),
        Publishing("POST", "/teams/{team}/webhooks/{id:guid}/secret",    "in  un  un   un  ok  un   un  un  un", async (w, _) => At($"{await w.WebhookAsync()}/secret")),
        Publishing("POST", "/teams/{team}/webhooks/{id:guid}/test",      "in  un  un   un  ok  un   un  un  un", async (w, _) => At($"{await w.WebhookAsync()}/test")),
        Publishing("GET", "/teams/{team}/webhooks/{id:guid}/deliveries", "in  un  un   ok  ok  un   ok  ok  ok", async (w, _) => At($"{await w.WebhookAsync()}/deliveries")),
        Publishing("POST", "/teams/{team}/webhooks/{id:guid}/replay",    "in  un  un   un  ok  un   un  un  un",
            async (w, _) => await Json($"{await w.WebhookAsync()}/replay", new { since = "2026-01-01T00:00:00Z" })),
        Publishing("POST", "/teams/{team}/webhooks/{id:guid}/deliveries/{notification:guid}/replay", "in un un un ok un un un un",
            async (w, _) => At($"{await w.DeliveryAsync()}/replay")),
        Publishing("PUT", "/teams/{team}/members/{userName}",            "in  un  un   un  ok  un   ok  un  un",
            async (w, _) => await Json($"/teams/payments/members/{await w.People.NewcomerAsync()}", new { role = "developer" })),
        Publishing("DELETE", "/teams/{team}/members/{userName}",         "in  un  un   un  ok  un   ok  un  un",
            async (w, _) => At($"/teams/payments/members/{await w.People.PaymentsMemberAsync()}")),
        Publishing("POST", "/people",                                    "in  no  no   no  no  no   ok  no  no",
            (w, _) => Json("/people", new { userName = w.Fresh("person"), displayName = "Person", password = "correct horse battery" })),

        Publishing("POST", "/signing-keys/rotation",                     "in  no  no   no  no  no   ok  ok  no",
            async (w, _) => await w.NoRotationAsync(await Json("/signing-keys/rotation", new { reason = "A drill." }))),

        .. Read("/me/sessions", Everybody),
        .. Read("/me/notification-preferences", Everybody),
        Publishing("PUT", "/me/notification-preferences", Everybody, (_, _) => Json("/me/notification-preferences", new { email = new { questions = "daily" } })),
        Publishing("DELETE", "/me/sessions/{id:guid}", Everybody,
            async (w, column) => At($"/me/sessions/{await w.People.SessionOfAsync(w.PersonIn(column, Side.Publishing) ?? w.Bank.Dirk)}"), "one's own"),
        Publishing("DELETE", "/me/sessions/{id:guid}",                   "in  un  un   un  un  un   un  un  un",
            async (w, _) => At($"/me/sessions/{await w.People.SessionOfAsync(w.Bank.Dirk)}"), "another's"),
        Publishing("PUT", "/me/password",                                "in  422 422  422 422 422  422 422 422",
            async (w, column) => await w.People.WithPasswordAsync(w.PersonIn(column, Side.Publishing), await Json("/me/password", new { currentPassword = BankApp.Password, newPassword = BankApp.Password }))),
        .. Read("/people/{userName}",                                    "in  un  un   un  un  un   ok  ok  ok", "/people/dirk", "another", Side.Publishing),
        Consuming("GET", "/people/{userName}",                           "in  un  un   ok  un  un   ok  ok  ok", (_, _) => Task.FromResult(At("/people/dirk")), "oneself"),
        Publishing("PUT", "/people/{userName}/platform-role",            OnlyAdministrators,
            async (w, _) => await Json($"/people/{await w.People.NewcomerAsync()}/platform-role", new { platformRole = "auditor" })),
        Publishing("POST", "/people/{userName}/disabling",               OnlyAdministrators,
            async (w, _) => await Json($"/people/{await w.People.NewcomerAsync()}/disabling", new { reason = "Left." })),
        Publishing("POST", "/people/{userName}/enabling",                OnlyAdministrators,
            async (w, _) => await Json($"/people/{await w.People.ClosedAccountAsync()}/enabling", new { reason = "Back." })),
        Publishing("PUT", "/people/{userName}/password",                 OnlyAdministrators,
            async (w, _) => await Json($"/people/{await w.People.NewcomerAsync()}/password", new { newPassword = "correct horse battery" })),
        // No identity provider is configured here.
        Publishing("PUT", "/people/{userName}/company-identity",         "in  no  no   no  no  no   409 no  no",
            async (w, _) => await Json($"/people/{await w.People.NewcomerAsync()}/company-identity", new { subject = "248289761001" })),
        Publishing("DELETE", "/people/{userName}/company-identity",      OnlyAdministrators,
            async (w, _) => At($"/people/{await w.People.JoinedAccountAsync()}/company-identity")),
        .. Read("/people/{userName}/sessions",                           "in  un  un   un  un  un   ok  ok  ok", "/people/dirk/sessions", "", Side.Publishing),
        Publishing("DELETE", "/people/{userName}/sessions",              OnlyAdministrators,
            async (w, _) => At($"/people/{await w.People.NewcomerAsync()}/sessions")),
        Publishing("DELETE", "/people/{userName}/sessions/{id:guid}",    OnlyAdministrators,
            async (w, _) => At($"/people/dirk/sessions/{await w.People.SessionOfAsync(w.Bank.Dirk)}")),
        .. Read("/group-mappings",                                       "in  no  no   no  no  no   ok  ok  ok"),
        Publishing("POST", "/group-mappings",                            OnlyAdministrators,
            (w, _) => Json("/group-mappings", new { group = w.Fresh("group"), team = "payments", teamRole = "developer" })),
        Publishing("DELETE", "/group-mappings/{id:guid}",                OnlyAdministrators,
            async (w, _) => At($"/group-mappings/{await w.People.MappingAsync()}")),

        // A token is its person's own: an auditor needs one to read this API.
        Publishing("POST", "/me/access-tokens", Everybody, async (w, column) =>
        {
            if (w.PersonIn(column, Side.Publishing) is { } person)
                await w.People.TokenOfAsync(person);
            return await Json("/me/access-tokens", new { name = "row", days = 1, scopes = new[] { "account" } });
        }),
        Publishing("DELETE", "/me/access-tokens/{id:guid}", Everybody,
            async (w, column) => At($"/me/access-tokens/{await w.People.TokenOfAsync(w.PersonIn(column, Side.Publishing) ?? w.Bank.Dirk)}"), "one's own"),
        Publishing("DELETE", "/me/access-tokens/{id:guid}",              "in  un  un   un  un  un   un  un  un",
            async (w, _) => At($"/me/access-tokens/{await w.People.TokenOfAsync(w.Bank.Dirk)}"), "another's"),

        // The browsers of the other rows sign in again.
        Publishing("DELETE", "/me/sessions", Everybody, async (w, column) =>
        {
            w.Callers.CloseBrowserOf(w.PersonIn(column, Side.Publishing));
            return await Task.FromResult(At("/me/sessions"));
        }),
    ];
}
