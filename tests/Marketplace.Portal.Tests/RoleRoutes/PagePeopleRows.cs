using static Marketplace.Portal.Tests.RoleRoutes.PageRow;

namespace Marketplace.Portal.Tests.RoleRoutes;

/// <summary>People, teams, what they are told, the audit trail and the marketplace itself.</summary>
internal static class PagePeopleRows
{
    public static IEnumerable<Row> All =>
    [
        //                                                         anon str oDev dev own oOwn adm sec aud
        Read("/",                                                 Everybody),
        Read("/sign-in",                                          "ok  302 302  302 302 302  302 302 302"),
        Read("/inbox",                                            Everybody),
        Read("/inbox/requests",                                   Everybody),
        Publishing("POST", "/inbox/read",                         Everybody, (_, _) => Task.FromResult(Form("/inbox/read"))),
        Publishing("POST", "/inbox/{id:guid}/open",               Everybody,
            async (w, column) => Form($"/inbox/{await w.People.NotificationAsync(w.PersonIn(column, Side.Publishing) ?? w.Bank.Dirk)}/open"), "one's own"),
        Publishing("POST", "/inbox/{id:guid}/open",               "in  un  un   un  un  un   un  un  un",
            async (w, _) => Form($"/inbox/{await w.People.NotificationAsync(w.Bank.Dirk)}/open"), "another's"),
        Publishing("POST", "/inbox/{id:guid}/read",               Everybody,
            async (w, column) => Form($"/inbox/{await w.People.NotificationAsync(w.PersonIn(column, Side.Publishing) ?? w.Bank.Dirk)}/read"), "one's own"),
        Publishing("POST", "/inbox/{id:guid}/read",               "in  un  un   un  un  un   un  un  un",
            async (w, _) => Form($"/inbox/{await w.People.NotificationAsync(w.Bank.Dirk)}/read"), "another's"),
        Read("/audit",                                            Everybody),
        Read("/audit/{sequence:long}",                            "in  un  un   ok  ok  un   ok  ok  ok", "/audit/1"),
        Read("/audit/checkpoints",                                Everybody),
        Read("/audit/retention",                                  "in  no  no   no  no  no   ok  ok  ok"),
        Publishing("POST", "/audit/retention",                    "in  no  no   no  no  no   422 422 no",
            (w, _) => Task.FromResult(Form("/audit/retention", ("before", "2026-01-01"), ("reason", "A row.")))),
        Publishing("POST", "/audit/retention/{id:guid}/confirm",  "in  no  no   no  no  no   un  un  no", (_, _) => Task.FromResult(Form($"/audit/retention/{Guid.Empty}/confirm"))),
        Publishing("POST", "/audit/retention/{id:guid}/withdraw", "in  no  no   no  no  no   un  un  no", (_, _) => Task.FromResult(Form($"/audit/retention/{Guid.Empty}/withdraw"))),
        Consuming("POST", "/audit/export",                        Everybody, (_, _) => Task.FromResult(Form("/audit/export?action=nothing"))),
        Read("/tokens",                                           Everybody),
        Read("/teams",                                            Everybody),
        Read("/teams/{name}",                                     Everybody, "/teams/payments"),
        Read("/channels",                                         "in  no  no   no  no  no   ok  ok  ok"),
        Read("/teams/{name}/webhooks",                            TeamAndReaders, "/teams/payments/webhooks", "", Side.Publishing),
        Publishing("POST", "/teams/{name}/webhooks",              OnlyOwner,
            async (w, _) => await w.NoWebhooksAsync(Form("/teams/payments/webhooks", ("url", "https://receiver.example/hook")))),
        Publishing("GET", "/teams/{name}/webhooks/{id:guid}",     TeamAndReaders, async (w, _) => At(await w.WebhookAsync())),
        Publishing("POST", "/teams/{name}/webhooks/{id:guid}",    OnlyOwner, async (w, _) => Form(await w.WebhookAsync(), ("url", "https://receiver.example/other"))),
        .. new[] { "secret", "test", "off", "remove" }.Select(act => Publishing(
            "POST", "/teams/{name}/webhooks/{id:guid}/" + act,    OnlyOwner, async (w, _) => Form($"{await w.WebhookAsync()}/{act}"))),
        Publishing("POST", "/teams/{name}/webhooks/{id:guid}/on", OnlyOwner, async (w, _) => Form($"{await w.WebhookAsync(on: false)}/on")),
        Publishing("POST", "/teams/{name}/webhooks/{id:guid}/replay", OnlyOwner, async (w, _) => Form($"{await w.WebhookAsync()}/replay", ("since", "2026-01-01T00:00"))),
        Publishing("POST", "/teams/{name}/webhooks/{id:guid}/deliveries/{notification:guid}/replay", OnlyOwner,
            async (w, _) => Form($"{await w.DeliveryAsync()}/replay")),
        Read("/people",                                           "in  no  no   no  no  no   ok  ok  ok"),
        Read("/signing-keys",                                     "in  no  no   no  no  no   ok  ok  ok"),
        Read("/refusals",                                         "in  no  no   no  no  no   ok  ok  ok"),
        Publishing("POST", "/signing-keys/rotation",              "in  no  no   no  no  no   ok  ok  no",
            async (w, _) => await w.NoRotationAsync(Form("/signing-keys/rotation", ("reason", "A drill.")))),
        Read("/me/access-tokens",                                 Everybody),
        Publishing("POST", "/teams",                              "in  no  no   no  no  no   ok  no  no",
            async (w, _) => Form("/teams", ("name", w.Fresh("team")), ("title", "Team"), ("owner", await w.People.NewcomerAsync()))),
        Publishing("POST", "/teams/{name}/members",               "in  422 422  422 ok  422  ok  422 422",
            async (w, _) => Form("/teams/payments/members", ("userName", await w.People.NewcomerAsync()), ("role", "developer"))),
        Publishing("POST", "/people",                             "in  no  no   no  no  no   ok  no  no",
            (w, _) => Task.FromResult(Form("/people", ("userName", w.Fresh("person")), ("displayName", "Person"), ("password", "correct horse battery")))),

        Read("/me",                                               Everybody),
        Read("/me/notifications",                                 Everybody),
        Publishing("POST", "/me/notifications",                   Everybody, (_, _) => Task.FromResult(Form("/me/notifications", ("questions", "hourly")))),
        // Whoever holds the link of an e-mail, signed in or not; a made-up one is nobody's.
        Publishing("GET", "/unsubscribe/{token}",                 "ok  ok  ok   ok  ok  ok   ok  ok  ok", (w, _) => Task.FromResult(At(w.People.UnsubscribeUrl())), "of an e-mail"),
        Publishing("POST", "/unsubscribe/{token}",                "ok  ok  ok   ok  ok  ok   ok  ok  ok", (w, _) => Task.FromResult(Form(w.People.UnsubscribeUrl())), "of an e-mail"),
        Publishing("POST", "/unsubscribe/{token}",                "un  un  un   un  un  un   un  un  un", (_, _) => Task.FromResult(Form("/unsubscribe/bm90IG91cnM")), "made up"),
        Publishing("POST", "/me/sessions/{id:guid}/end",          Everybody,
            async (w, column) => Form($"/me/sessions/{await w.People.SessionOfAsync(w.PersonIn(column, Side.Publishing) ?? w.Bank.Dirk)}/end"), "one's own"),
        Publishing("POST", "/me/sessions/{id:guid}/end",          "in  un  un   un  un  un   un  un  un",
            async (w, _) => Form($"/me/sessions/{await w.People.SessionOfAsync(w.Bank.Dirk)}/end"), "another's"),
        Publishing("POST", "/me/sessions/end-others",             Everybody, (_, _) => Task.FromResult(Form("/me/sessions/end-others"))),
        // The same password again, so that everybody can go on signing in with it.
        Publishing("POST", "/me/password",                        "in  422 422  422 422 422  422 422 422",
            (_, _) => Task.FromResult(Form("/me/password", ("currentPassword", BankApp.Password), ("newPassword", BankApp.Password)))),
        Read("/people/{userName}",                                "in  no  no   no  no  no   ok  ok  ok", "/people/dirk", "", Side.Publishing),
        Publishing("POST", "/people/{userName}/role",             OnlyAdministrators,
            async (w, _) => Form($"/people/{await w.People.NewcomerAsync()}/role", ("platformRole", "auditor"))),
        Publishing("POST", "/people/{userName}/password",         OnlyAdministrators,
            async (w, _) => Form($"/people/{await w.People.NewcomerAsync()}/password", ("newPassword", "correct horse battery"))),
        Publishing("POST", "/people/{userName}/disable",          OnlyAdministrators,
            async (w, _) => Form($"/people/{await w.People.NewcomerAsync()}/disable", ("reason", "Left."))),
        Publishing("POST", "/people/{userName}/enable",           OnlyAdministrators,
            async (w, _) => Form($"/people/{await w.People.ClosedAccountAsync()}/enable", ("reason", "Back."))),
        // No identity provider is configured here.
        Publishing("POST", "/people/{userName}/link",             "in  no  no   no  no  no   409 no  no",
            async (w, _) => Form($"/people/{await w.People.NewcomerAsync()}/link", ("subject", "248289761001"))),
        Publishing("POST", "/people/{userName}/unlink",           OnlyAdministrators,
            async (w, _) => Form($"/people/{await w.People.JoinedAccountAsync()}/unlink")),
        Publishing("POST", "/people/{userName}/sessions/end",     OnlyAdministrators,
            async (w, _) => Form($"/people/{await w.People.NewcomerAsync()}/sessions/end")),
        Publishing("POST", "/people/{userName}/sessions/{id:guid}/end", OnlyAdministrators,
            async (w, _) => Form($"/people/dirk/sessions/{await w.People.SessionOfAsync(w.Bank.Dirk)}/end")),
        Read("/group-mappings",                                   "in  no  no   no  no  no   ok  ok  ok"),
        Publishing("POST", "/group-mappings",                     OnlyAdministrators,
            (w, _) => Task.FromResult(Form("/group-mappings", ("group", w.Fresh("group")), ("gives", "developer"), ("team", "payments")))),
        Publishing("POST", "/group-mappings/{id:guid}/remove",    OnlyAdministrators,
            async (w, _) => Form($"/group-mappings/{await w.People.MappingAsync()}/remove")),
        Read("/sign-in/company",                                  "un  un  un   un  un  un   un  un  un"),
        Publishing("POST", "/sign-in/company/back-channel",       "un  un  un   un  un  un   un  un  un",
            (_, _) => Task.FromResult(Form("/sign-in/company/back-channel", ("logout_token", "x")))),

        // A token is its person's own: an auditor needs one to read the REST API.
        Publishing("POST", "/me/access-tokens", Everybody, async (w, column) =>
        {
            if (w.PersonIn(column, Side.Publishing) is { } person)
                await w.People.TokenOfAsync(person);
            return Form("/me/access-tokens", ("name", "row"), ("days", "1"), ("scopes", "read"));
        }),
        Publishing("POST", "/me/access-tokens/{id:guid}/revoke", Everybody,
            async (w, column) => Form($"/me/access-tokens/{await w.People.TokenOfAsync(w.PersonIn(column, Side.Publishing) ?? w.Bank.Dirk)}/revoke"), "one's own"),
        Publishing("POST", "/me/access-tokens/{id:guid}/revoke",  "in  un  un   un  un  un   un  un  un",
            async (w, _) => Form($"/me/access-tokens/{await w.People.TokenOfAsync(w.Bank.Dirk)}/revoke"), "another's"),

        Consuming("POST", "/sign-in",                             "422 422 422  422 422 422  422 422 422",
            (_, _) => Task.FromResult(Form("/sign-in", ("userName", "nobody"), ("password", "wrong")))),
    ];

    /// <summary>Called last: it ends the sessions of the other rows.</summary>
    public static Row SignOut { get; } = Consuming("POST", "/sign-out", Everybody, (_, _) => Task.FromResult(Form("/sign-out")));
}
