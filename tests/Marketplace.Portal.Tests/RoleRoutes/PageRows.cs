namespace Marketplace.Portal.Tests.RoleRoutes;

/// <summary>The pages' part of the table.</summary>
internal static class PageRows
{
    private const string Everybody = "in ok ok ok ok ok ok ok ok";
    private const string OnlyAdministrators = "in no no no no no ok no no";
    private const string OfficersAndAdministrators = "in no no no no no ok ok no";
    private const string TeamAndReaders = "in un un ok ok un ok ok ok";
    private const string Line = @"/apis/{api}/{version:regex(^v\d{{1,4}}$)}";

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
        Read("/requests",                                         Everybody),
        Read("/applications",                                     Everybody),
        Read("/applications/new",                                 Everybody),
        Read("/audit",                                            Everybody),
        Read("/audit/{sequence:long}",                            "in  un  un   ok  ok  un   ok  ok  ok", "/audit/1"),
        Read("/audit/checkpoints",                                Everybody),
        Consuming("POST", "/audit/export",                        Everybody, (_, _) => Task.FromResult(Form("/audit/export?action=nothing"))),
        Read("/tokens",                                           Everybody),
        Read("/teams",                                            Everybody),
        Read("/teams/{name}",                                     Everybody, "/teams/payments"),
        Read("/people",                                           "in  no  no   no  no  no   ok  ok  ok"),
        Read("/signing-keys",                                     "in  no  no   no  no  no   ok  ok  ok"),
        Read("/refusals",                                         "in  no  no   no  no  no   ok  ok  ok"),
        Publishing("POST", "/signing-keys/rotation",              "in  no  no   no  no  no   ok  ok  no",
            async (w, _) => await w.NoRotationAsync(Form("/signing-keys/rotation", ("reason", "A drill.")))),
        Read("/me/access-tokens",                                 Everybody),
        Read("/catalog",                                          Everybody),
        Read("/catalog/palette",                                  Everybody),
        Read("/map",                                              Everybody),
        Read("/map",                                              Everybody, "/map?team=payments&open=payments&depth=2", "around a team"),
        Read("/publish",                                          Everybody),
        Read("/guardrails",                                       Everybody),
        Read("/guardrails/rules",                                 Everybody),
        Read("/guardrails/rulesets",                              Everybody),
        .. new[] { (Side.Publishing, "", "in no no no no no ok ok no"), (Side.Platform, "platform", "in no no no ok no ok ok no") }
            .SelectMany(who => (IEnumerable<Row>)[
                Read("/guardrails/rulesets/new", who.Item3, note: who.Item2, side: who.Item1),
                new("POST /guardrails/rulesets", who.Item1, who.Item2, who.Item3,
                    (_, _) => Task.FromResult(Form("/guardrails/rulesets", ("text", "rules: {}"), ("reason", "A row.")))),
                new("POST /guardrails/rulesets/{number:int}/trial", who.Item1, who.Item2, who.Item3,
                    async (w, _) => Form($"/guardrails/rulesets/{await w.RulesetAsync()}/trial")),
                new("POST /guardrails/rulesets/{number:int}/effect", who.Item1, who.Item2, who.Item3,
                    async (w, _) => Form($"/guardrails/rulesets/{await w.TriedRulesetAsync()}/effect", ("reason", "A row.")))]),
        Read("/approval-policies",                                Everybody),
        Read("/approval-policies/{number:int}",                   Everybody, "/approval-policies/1"),
        Read("/approval-policies/new",                            OfficersAndAdministrators),
        Publishing("POST", "/approval-policies",                  OfficersAndAdministrators,
            (w, _) => Task.FromResult(Form("/approval-policies", ("text", w.PolicyText()), ("note", "A row.")))),
        Publishing("POST", "/approval-policies/{number:int}/dry-run", OfficersAndAdministrators,
            async (w, _) => Form($"/approval-policies/{await w.PolicyAsync()}/dry-run")),
        Publishing("POST", "/approval-policies/{number:int}/effect", OfficersAndAdministrators,
            async (w, _) => Form($"/approval-policies/{await w.TriedPolicyAsync()}/effect", ("reason", "A row."))),
        Read("/guardrails/rulesets/{number:int}",                 Everybody, "/guardrails/rulesets/0"),
        Read("/apis/{api}",                                       "in  302 302  302 302 302  302 302 302", "/apis/cards"),
        .. new[] { "", "/guides", "/questions", "/consumers", "/consumers/endpoints", "/document", "/document.json", "/document.yaml", "/document/original", "/revisions", "/findings", "/findings/source" }.SelectMany(page => new[]
        {
            Read(Line + page,                                     Everybody, "/apis/cards/v1" + page),
            Read(Line + page,                                     TeamAndReaders, "/apis/cards/v9" + page, "of a draft", Side.Publishing),
        }),
        Consuming("GET", Line + "/guides/{slug}",                 Everybody, async (w, _) => At($"/apis/cards/v1/guides/{await w.GuideAsync()}")),
        Read("/apis/{api}/guides/{slug}",                         "in  302 302  302 302 302  302 302 302", "/apis/cards/guides/any"),
        Read(Line + "/write-guide",                               "in  un  un   ok  ok  un   un  un  un", "/apis/cards/v1/write-guide", "", Side.Publishing),
        Publishing("POST", Line + "/guides",                      "in  un  un   ok  ok  un   un  un  un",
            (w, _) => Task.FromResult(Form("/apis/cards/v1/guides", ("title", w.Fresh("Guide")), ("markdown", "Text.")))),
        Publishing("POST", Line + "/guides/{slug}",               "in  un  un   ok  ok  un   un  un  un",
            async (w, _) => Form($"/apis/cards/v1/guides/{await w.GuideAsync()}", ("title", "Better"), ("markdown", "Text."))),
        Publishing("POST", Line + "/guides/{slug}/position",      "in  un  un   ok  ok  un   un  un  un",
            async (w, _) => Form($"/apis/cards/v1/guides/{await w.GuideAsync()}/position", ("position", "1"))),
        Publishing("POST", Line + "/guides/{slug}/remove",        "in  un  un   ok  ok  un   un  un  un",
            async (w, _) => Form($"/apis/cards/v1/guides/{await w.GuideAsync()}/remove")),

        Read("/apis/{api}/questions",                             "in  302 302  302 302 302  302 302 302", "/apis/cards/questions"),
        Read("/apis/{api}/questions/{number:long}",               "in  302 302  302 302 302  302 302 302", "/apis/cards/questions/1"),
        Consuming("POST", Line + "/questions",                    "in  ok  ok   ok  ok  ok   ok  ok  no",
            (_, _) => Task.FromResult(Form("/apis/cards/v1/questions", ("title", "How do I block a card?"), ("markdown", "")))),
        Consuming("GET", Line + "/questions/{number:long}/{slug?}", Everybody,
            async (w, _) => At($"/apis/cards/v1/questions/{await w.QuestionAsync()}/how-do-i-block-a-card")),
        Consuming("POST", Line + "/questions/{number:long}",      "in  un  un   ok  un  un   un  un  un",
            async (w, _) => Form($"/apis/cards/v1/questions/{await w.QuestionAsync()}", ("title", "How do I block a card?"), ("markdown", "Now."))),
        Consuming("POST", Line + "/questions/{number:long}/remove", "in un  un   ok  un  un   un  un  un",
            async (w, _) => Form($"/apis/cards/v1/questions/{await w.QuestionAsync()}/remove"), "one's own"),
        Publishing("POST", Line + "/questions/{number:long}/remove", "in un un    un  ok  un   un  un  un",
            async (w, _) => Form($"/apis/cards/v1/questions/{await w.QuestionAsync()}/remove", ("reason", "Asked twice.")), "on one's API"),
        Consuming("POST", Line + "/questions/{number:long}/answers", "in ok ok    ok  ok  ok   ok  ok  no",
            async (w, _) => Form($"/apis/cards/v1/questions/{await w.QuestionAsync()}/answers", ("markdown", "With PUT."))),
        Consuming("POST", Line + "/questions/{number:long}/answers/{id:guid}", "in un un ok un un un un un",
            async (w, _) => Form(await w.AnswerAsync("/apis/cards/v1"), ("markdown", "With PUT."))),
        Consuming("POST", Line + "/questions/{number:long}/answers/{id:guid}/remove", "in un un ok un un un un un",
            async (w, _) => Form(await w.AnswerAsync("/apis/cards/v1") + "/remove"), "one's own"),
        Publishing("POST", Line + "/questions/{number:long}/answers/{id:guid}/remove", "in un un un ok un un un un",
            async (w, _) => Form(await w.AnswerAsync("/apis/cards/v1") + "/remove", ("reason", "Wrong.")), "on one's API"),
        Consuming("POST", Line + "/questions/{number:long}/accepted", "in un un   ok  un  un   un  un  un",
            async (w, _) => Form($"/apis/cards/v1/questions/{await w.QuestionAsync()}/accepted"), "one's own"),
        Publishing("POST", Line + "/questions/{number:long}/accepted", "in un un  un  ok  un   un  un  un",
            async (w, _) => Form($"/apis/cards/v1/questions/{await w.QuestionAsync()}/accepted"), "on one's API"),
        Consuming("POST", "/apis/{api}/star",                     Everybody, (_, _) => Task.FromResult(Form("/apis/cards/star", ("on", "true")))),
        Consuming("POST", "/apis/{api}/subscription",             Everybody, (_, _) => Task.FromResult(Form("/apis/cards/subscription", ("on", "true")))),
        Read("/apis/{api}/transfer",                              "in  un  un   un  ok  un   ok  un  un", "/apis/cards/transfer", "", Side.Publishing),
        Publishing("POST", "/apis/{api}/transfer",                "in  un  un   un  ok  un   un  un  un",
            async (w, _) => Form($"/apis/{await w.ApiAsync()}/transfer", ("team", "lending"))),
        Publishing("POST", "/apis/{api}/transfer/cancel",         "in  un  un   un  ok  un   un  un  un",
            async (w, _) => Form($"/apis/{await w.OfferedApiAsync("lending")}/transfer/cancel")),
        Publishing("POST", "/apis/{api}/transfer/accept",         "in  un  un   un  un  ok   un  un  un",
            async (w, _) => Form($"/apis/{await w.OfferedApiAsync("lending")}/transfer/accept")),
        Publishing("POST", "/apis/{api}/transfer/decline",        "in  un  un   un  un  ok   un  un  un",
            async (w, _) => Form($"/apis/{await w.OfferedApiAsync("lending")}/transfer/decline")),
        Publishing("POST", "/apis/{api}/move",                    "in  un  un   un  422 un   ok  un  un",
            async (w, _) => Form($"/apis/{await w.ApiAsync()}/move", ("team", "lending"), ("reason", "Reorganised."))),
        Read("/apis/{api}/changelog",                             Everybody, "/apis/cards/changelog"),
        Read("/apis/{api}/changelog.atom",                        Everybody, "/apis/cards/changelog.atom"),
        Read("/apis/{api}/compare",                               Everybody, "/apis/cards/compare?from=v1.1&to=v1"),
        Read("/apis/{api}/compare",                               TeamAndReaders, "/apis/cards/compare?from=v1.1&to=v9", "with a draft", Side.Publishing),
        Consuming("GET", Line + "/document/held.json",            "in  un  un   un  un  un   un  un  un",
            (_, _) => Task.FromResult(At("/apis/cards/v1/document/held.json?application=nobody")), "of nobody"),
        Read(Line + "/endpoint",                                  Everybody, "/apis/cards/v1/endpoint?operation=listCards"),
        Read(Line + "/endpoint",                                  TeamAndReaders, "/apis/cards/v9/endpoint?operation=listCards", "of a draft", Side.Publishing),
        Consuming("POST", Line + "/document",                     "in  422 422  ok  ok  422  422 422 422",
            async (w, _) => Form("/apis/payments/v1/document", ("application", await w.SandboxApplicationAsync())), "a sandbox token"),
        // Nobody has said where its sandbox is.
        .. new[] { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" }.Select(method => Consuming(
            method, Line + "/relay/{**path}",                     "in  409 409  409 409 409  409 409 409",
            (_, _) => Task.FromResult(new Call(new HttpMethod(method), "/apis/cards/v1/relay/cards")))),
        Read("/apis/{api}/publish",                               "in  un  un   un  ok  un   un  un  un", "/apis/cards/publish", "", Side.Publishing),
        Publishing("POST", "/apis/{api}/publish",                 "in  un  un   un  ok  un   un  un  un",
            (w, _) => Task.FromResult(Form("/apis/cards/publish", ("version", "v1"), ("source", "paste"), ("text", RoleWorld.Document(w.Fresh("Cards")))))),
        Read(Line + "/settings",                                  "in  un  un   un  ok  un   un  un  un", "/apis/cards/v1/settings", "", Side.Publishing),
        Publishing("POST", Line + "/settings/api",                "in  un  un   un  ok  un   un  un  un",
            (_, _) => Task.FromResult(Form("/apis/cards/v1/settings/api", ("title", "Cards"), ("summary", ""), ("classification", "internal")))),
        Publishing("POST", Line + "/settings/version",            "in  un  un   un  ok  un   un  un  un",
            (_, _) => Task.FromResult(Form(
                "/apis/cards/v1/settings/version", ("basePath", ""),
                ("audience.sandbox", "urn:marketplace:cards:v1:sandbox"), ("audience.production", "urn:marketplace:cards:v1:production")))),
        Publishing("POST", "/publish",                            "in  422 422  422 ok  422  422 422 422",
            (w, _) => Task.FromResult(Form(
                "/publish", ("team", "payments"), ("name", w.Fresh("api")), ("title", "Api"), ("version", "v1"), ("classification", "internal"),
                ("source", "paste"), ("text", RoleWorld.Document("Api"))))),
        Read("/apis/{api}/{version}/request",                     Everybody, "/apis/cards/v1/request"),
        Read("/apis/{api}/{version}/request",                     "in  un  un   ok  ok  un   ok  ok  ok", "/apis/cards/v9/request", "of a draft", Side.Publishing),
        Read(Line + "/grants",                                    TeamAndReaders, "/apis/payments/v1/grants", "", Side.Publishing),
        Read(Line + "/usage",                                     Everybody, "/apis/payments/v1/usage"),
        Read(Line + "/usage",                                     "in  un  un   ok  ok  un   ok  ok  ok", "/apis/cards/v9/usage", "of a draft", Side.Publishing),
        Consuming("GET", "/applications/{clientId}/usage",        "in  un  un   ok  ok  un   ok  ok  ok", async (w, _) => At($"/applications/{await w.ApplicationAsync()}/usage")),
        Read("/anomalies",                                        Everybody),
        Read(Line + "/anomalies",                                 TeamAndReaders, "/apis/payments/v1/anomalies", "", Side.Publishing),
        Read(Line + "/enforcement",                               TeamAndReaders, "/apis/payments/v1/enforcement", "", Side.Publishing),
        Read(Line + "/instances",                                 TeamAndReaders, "/apis/payments/v1/instances", "", Side.Publishing),
        Read("/shadow",                                           Everybody),
        Read(Line + "/enforcement/shadow",                        TeamAndReaders, "/apis/payments/v1/enforcement/shadow", "", Side.Publishing),
        Publishing("POST", Line + "/enforcement/shadow/begin",    "in  un  un   un  ok  un   un  ok  un",
            (w, _) => Task.FromResult(Form(
                "/apis/cards/v1/enforcement/shadow/begin", ("environment", "production"), ("until", $"{w.Bank.Clock.GetUtcNow().AddDays(3):yyyy-MM-dd}"), ("reason", "Callers exist.")))),
        Publishing("POST", Line + "/enforcement/shadow/end",      "in  un  un   un  ok  un   un  ok  un",
            (w, _) => w.InShadowAsync(Form("/apis/cards/v1/enforcement/shadow/end", ("environment", "production")))),
        Publishing("POST", Line + "/enforcement/shadow/ask",      "in  un  un   un  409  un   un  409  un",
            (_, _) => Task.FromResult(Form("/apis/cards/v1/enforcement/shadow/ask", ("environment", "production")))),
        Publishing("POST", Line + "/enforcement/shadow/approve",  "in  un  un   un  409  un   un  un  un",
            (_, _) => Task.FromResult(Form("/apis/cards/v1/enforcement/shadow/approve", ("environment", "production")))),
        Publishing("POST", Line + "/settings/lifecycle",          "in  un  un   un  ok  un   un  un  un",
            (_, _) => Task.FromResult(Form("/apis/cards/v1/settings/lifecycle", ("lifecycle", "published")))),
        new("* /{**path}", Side.Consuming, "", "un un un un un un un un un", (_, _) => Task.FromResult(new Call(HttpMethod.Get, "/nothing/here"))),

        Consuming("GET", "/requests/{number:long}",               "in  un  un   ok  ok  un   ok  ok  ok",
            async (w, _) => At($"/requests/{await w.RequestAsync()}"), "of one's application"),
        Publishing("GET", "/requests/{number:long}",              "in  un  un   ok  ok  un   ok  ok  ok",
            async (w, _) => At($"/requests/{await w.RequestAsync()}"), "for one's API"),
        Publishing("POST", "/requests/{number:long}/decisions",   "in  un  un   un  ok  un   un  un  un",
            async (w, _) => Form($"/requests/{await w.RequestAsync()}/decisions", ("all", "approve")), "for one's API"),
        Consuming("POST", "/requests/{number:long}/decisions",    "in  un  un   un  un  un   un  un  un",
            async (w, _) => Form($"/requests/{await w.RequestAsync()}/decisions", ("all", "approve")), "of one's application"),
        Consuming("POST", "/requests/{number:long}/withdraw",     "in  un  un   ok  ok  un   un  un  un",
            async (w, _) => Form($"/requests/{await w.RequestAsync()}/withdraw")),
        Consuming("POST", "/requests/{number:long}/comments",     "in  un  un   ok  ok  un   ok  ok  no",
            async (w, _) => Form($"/requests/{await w.RequestAsync()}/comments", ("markdown", "For whom?"))),
        Publishing("POST", "/requests/{number:long}/comments",    "in  un  un   ok  ok  un   ok  ok  no",
            async (w, _) => Form($"/requests/{await w.RequestAsync()}/comments", ("markdown", "For whom?")), "for one's API"),
        Consuming("POST", "/apis/{api}/{version}/request",        "in  422 422  ok  ok  422  422 422 422",
            async (w, _) => Form(
                "/apis/payments/v1/request", ("send", "true"), ("operations", "listPayments"), ("application", await w.ApplicationAsync()),
                ("environment", "sandbox"), ("justification", "To show payments."), ("until", "2026-02-01"))),

        Read("/recertification",                                  Everybody),
        Read("/recertification/new",                              "in  no  no   no  ok  ok   ok  ok  ok", "/recertification/new", "", Side.Publishing),
        Publishing("POST", "/recertification",                    "in  no  no   no  ok  422  ok  ok  ok",
            async (w, _) => Form("/recertification", ("name", "A row"), ("api", "payments"), ("application", (await w.ReviewedAsync()).ClientId), ("due", Day(w, 9)), ("reviewers", "owner"))),
        Publishing("GET", "/recertification/{number:long}",       TeamAndReaders, async (w, _) => At($"/recertification/{(await w.CampaignAsync()).Number}")),
        Publishing("POST", "/recertification/{number:long}/answers", "in un  un   un  ok  un   un  ok  un", async (w, _) => await w.CampaignAsync() is var (number, grant)
            ? Form($"/recertification/{number}/answers", ("items", grant.ToString()), ("action", "keep"))
            : throw new InvalidOperationException()),
        Publishing("POST", "/recertification/{number:long}/close", "in  un  un   un  ok  un   ok  ok  un",
            async (w, _) => Form($"/recertification/{(await w.CampaignAsync()).Number}/close", ("reason", "A row."))),
        Publishing("POST", "/recertification/{number:long}/evidence", "in un un   un  ok  un   ok  ok  ok",
            async (w, _) => Form($"/recertification/{(await w.CampaignAsync()).Number}/evidence", ("format", "csv"))),
        Read("/recertification/unused",                           Everybody),
        Publishing("POST", "/recertification/unused/ask",         "in  un  un   un  409 un   un  409 un",
            async (w, _) => Form("/recertification/unused/ask", await Target(w))),
        Publishing("POST", "/recertification/unused/notice",      "in  un  un   un  422 un   un  422 un",
            async (w, _) => Form("/recertification/unused/notice", [.. await Target(w), ("days", "14"), ("reason", "A row.")])),
        Consuming("POST", "/recertification/unused/give-up",      "in  un  un   422 422 un   un  un  un",
            async (w, _) => Form("/recertification/unused/give-up", await Target(w))),
        Consuming("GET", "/recertification/narrowing/{number:long}", "in un un   ok  ok  un   ok  ok  ok",
            async (w, _) => At($"/recertification/narrowing/{(await w.NarrowingAsync()).Number}")),
        Consuming("POST", "/recertification/narrowing/{number:long}/answer", "in un un ok ok un un un un",
            async (w, _) => Form($"/recertification/narrowing/{(await w.NarrowingAsync()).Number}/answer", ("answer", "keep"), ("reason", "A row."))),
        Consuming("GET", "/grants/{id:guid}",                     "in  un  un   ok  ok  un   ok  ok  ok",
            async (w, _) => At($"/grants/{await w.GrantAsync()}"), "of one's application"),
        Publishing("GET", "/grants/{id:guid}",                    "in  un  un   ok  ok  un   ok  ok  ok",
            async (w, _) => At($"/grants/{await w.GrantAsync()}"), "for one's API"),
        Consuming("POST", "/grants/{id:guid}/revoke",             "in  un  un   ok  ok  un   un  ok  un",
            async (w, _) => Form($"/grants/{await w.GrantAsync()}/revoke", ("reason", "No longer used.")), "of one's application"),
        Publishing("POST", "/grants/{id:guid}/revoke",            "in  un  un   un  ok  un   un  ok  un",
            async (w, _) => Form($"/grants/{await w.GrantAsync()}/revoke", ("reason", "Misused.")), "for one's API"),

        .. EndingRows.Pages,
        Consuming("POST", "/applications/new",                    "in  422 422  ok  ok  422  422 422 422",
            (w, _) => Task.FromResult(Form("/applications/new", ("team", "channels"), ("name", w.Fresh("Service"))))),
        Consuming("GET", "/applications/{clientId}",              "in  un  un   ok  ok  un   ok  ok  ok",
            async (w, _) => At($"/applications/{await w.ApplicationAsync()}")),
        Consuming("POST", "/applications/{clientId}/credentials", "in  un  un   ok  ok  un   un  un  un",
            async (w, _) => Form($"/applications/{await w.ApplicationAsync()}/credentials", ("label", "another"))),
        Consuming("POST", "/applications/{clientId}/credentials/{credentialId:guid}/refresh", "in un un ok ok un un un un",
            async (w, _) => await w.KeySetAsync() is var (application, id) ? Form($"/applications/{application}/credentials/{id}/refresh") : throw new InvalidOperationException()),
        Consuming("POST", "/applications/{clientId}/credentials/{credentialId:guid}/revoke", "in un un ok ok un un ok un",
            async (w, _) => await w.CredentialAsync() is var (application, id) ? Form($"/applications/{application}/credentials/{id}/revoke") : throw new InvalidOperationException()),
        Consuming("POST", "/applications/{clientId}/disable",     "in  un  un   ok  ok  un   un  ok  un",
            async (w, _) => Form($"/applications/{await w.ApplicationAsync()}/disable", ("reason", "Incident."))),
        Consuming("POST", "/applications/{clientId}/enable",      "in  un  un   ok  ok  un   un  ok  un",
            async (w, _) => Form($"/applications/{await w.StoppedApplicationAsync()}/enable", ("reason", "Over."))),

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

    private static Row Read(string pattern, string expected, string? url = null, string note = "", Side side = Side.Consuming) =>
        new($"GET {pattern}", side, note, expected, (_, _) => Task.FromResult(At(url ?? pattern)));

    private static Row Publishing(string method, string pattern, string expected, Func<RoleWorld, Column, Task<Call>> prepare, string note = "") =>
        new($"{method} {pattern}", Side.Publishing, note, expected, prepare);

    private static Row Consuming(string method, string pattern, string expected, Func<RoleWorld, Column, Task<Call>> prepare, string note = "") =>
        new($"{method} {pattern}", Side.Consuming, note, expected, prepare);

    private static string Day(RoleWorld world, int days) => world.Bank.Clock.GetUtcNow().AddDays(days).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<(string Name, string Value)[]> Target(RoleWorld world) =>
        [("application", (await world.NarrowingAsync()).ClientId), ("api", "payments"), ("version", "v1"), ("environment", "sandbox")];

    private static Call At(string url) => new(HttpMethod.Get, url);

    private static Call Form(string url, params (string Name, string Value)[] fields) => new(HttpMethod.Post, url, Form: fields);
}
