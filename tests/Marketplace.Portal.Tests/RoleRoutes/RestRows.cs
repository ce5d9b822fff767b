namespace Marketplace.Portal.Tests.RoleRoutes;

/// <summary>The REST API's part of the table.</summary>
internal static class RestRows
{
    private const string Root = "/api/v1";
    private const string Everybody = "in ok ok ok ok ok ok ok ok";
    private const string OnlyAdministrators = "in no no no no no ok no no";
    private const string EvenStrangers = "ok ok ok ok ok ok ok ok ok";
    private static readonly DateTimeOffset Soon = new(2026, 2, 1, 0, 0, 0, TimeSpan.Zero);

    public static IEnumerable<Row> All =>
    [
        //                                                                anon str oDev dev own oOwn adm sec aud
        .. Read("/openapi.json", EvenStrangers),
        .. Read("/apis", Everybody),
        .. Read("/operations", Everybody),
        .. Read("/apis/{api}", Everybody, "/apis/cards"),
        .. Read("/apis/{api}/versions", Everybody, "/apis/cards/versions"),
        .. Read("/apis/{api}/versions/{version}", Everybody, "/apis/cards/versions/v1"),
        .. Read("/apis/{api}/versions/{version}", "in  un  un   ok  ok  un   ok  ok  ok", "/apis/cards/versions/v9", "a draft", Side.Publishing),
        .. Read("/apis/{api}/versions/{version}/operations", Everybody, "/apis/cards/versions/v1/operations"),
        .. Read("/apis/{api}/versions/{version}/operations", "in  un  un   ok  ok  un   ok  ok  ok", "/apis/cards/versions/v9/operations", "a draft", Side.Publishing),
        .. new[] { "", "/counts", "/operations" }.SelectMany(list => (IEnumerable<Row>)[
            .. Read("/apis/{api}/versions/{version}/consumers" + list, Everybody, "/apis/cards/versions/v1/consumers" + list),
            .. Read("/apis/{api}/versions/{version}/consumers" + list, "in  un  un   ok  ok  un   ok  ok  ok", "/apis/cards/versions/v9/consumers" + list, "a draft", Side.Publishing)]),
        .. Read("/apis/{api}/versions/{version}/usage", Everybody, "/apis/cards/versions/v1/usage?environment=production"),
        .. Read("/apis/{api}/versions/{version}/usage", "in  un  un   ok  ok  un   ok  ok  ok", "/apis/cards/versions/v9/usage?environment=production", "a draft", Side.Publishing),
        .. Read("/apis/{api}/versions/{version}/usage/uncalled", "in  un  un   ok  ok  un   ok  ok  ok", "/apis/cards/versions/v1/usage/uncalled?environment=production", "", Side.Publishing),
        Consuming("GET", "/applications/{clientId}/usage", "in  un  un   ok  ok  un   ok  ok  ok", async (w, _) => At($"/applications/{await w.ApplicationAsync()}/usage")),
        .. Read("/anomalies", Everybody),
        .. Read("/apis/{api}/versions/{version}/anomalies", "in  un  un   ok  ok  un   ok  ok  ok", "/apis/cards/versions/v1/anomalies?environment=production", "", Side.Publishing),
        .. new[] { "/data-planes", "/policy-changes", "/instances" }.SelectMany(list =>
            Read("/apis/{api}/versions/{version}" + list, "in  un  un   ok  ok  un   ok  ok  ok", "/apis/cards/versions/v1" + list + "?environment=production", "", Side.Publishing)),
        .. Read("/shadow-modes", Everybody),
        .. new[] { "", "/applications", "/calls-without-token", "/paths" }.SelectMany(list =>
            Read("/apis/{api}/versions/{version}/shadow-mode" + list, "in  un  un   ok  ok  un   ok  ok  ok", "/apis/cards/versions/v1/shadow-mode" + list + "?environment=production", "", Side.Publishing)),
        Publishing("PUT", "/apis/{api}/versions/{version}/shadow-mode",  "in  un  un   un  ok  un   un  ok  un",
            async (w, _) => await Json("/apis/cards/versions/v1/shadow-mode", new { environment = "production", until = w.Bank.Clock.GetUtcNow().AddDays(3), reason = "Callers exist." })),
        Publishing("DELETE", "/apis/{api}/versions/{version}/shadow-mode", "in  un  un   un  ok  un   un  ok  un",
            async (w, _) => await w.InShadowAsync(At("/apis/cards/versions/v1/shadow-mode?environment=production"))),
        Publishing("POST", "/apis/{api}/versions/{version}/shadow-mode/asks", "in  un  un   un  409  un   un  409  un",
            async (_, _) => await Json("/apis/cards/versions/v1/shadow-mode/asks", new { environment = "production" })),
        Publishing("POST", "/apis/{api}/versions/{version}/shadow-mode/approvals", "in  un  un   un  409  un   un  un  un",
            async (_, _) => await Json("/apis/cards/versions/v1/shadow-mode/approvals", new { environment = "production" })),
        .. Read("/apis/{api}/versions/{version}/revisions", Everybody, "/apis/cards/versions/v1/revisions"),
        .. Read("/apis/{api}/versions/{version}/revisions", "in  un  un   ok  ok  un   ok  ok  ok", "/apis/cards/versions/v9/revisions", "a draft", Side.Publishing),
        .. Read("/apis/{api}/versions/{version}/document", Everybody, "/apis/cards/versions/v1/document"),
        .. Read("/apis/{api}/versions/{version}/document", "in  un  un   ok  ok  un   ok  ok  ok", "/apis/cards/versions/v9/document", "a draft", Side.Publishing),
        .. Read("/apis/{api}/versions/{version}/document/derived", Everybody, "/apis/cards/versions/v1/document/derived?format=yaml"),
        .. Read("/apis/{api}/versions/{version}/document/derived", "in  un  un   un  un  un   un  un  un", "/apis/cards/versions/v1/document/derived?application=nobody", "of nobody"),
        .. Read("/apis/{api}/versions/{version}/revisions/{number:int}/document", Everybody, "/apis/cards/versions/v1/revisions/1/document"),
        .. new[] { "/findings", "/scores" }.SelectMany(list => (IEnumerable<Row>)[
            .. Read("/apis/{api}/versions/{version}" + list, Everybody, "/apis/cards/versions/v1" + list),
            .. Read("/apis/{api}/versions/{version}" + list, "in  un  un   ok  ok  un   ok  ok  ok", "/apis/cards/versions/v9" + list, "a draft", Side.Publishing)]),
        Publishing("POST", "/apis/{api}/versions/{version}/lint",        "in  un  un   ok  ok  un   ok  ok  ok",
            (_, _) => Task.FromResult(new Call(HttpMethod.Post, Root + "/apis/cards/versions/v1/lint", Text: RoleWorld.Document("Cards")))),
        .. Read("/guardrails", Everybody),
        .. Read("/guardrails/worst", Everybody),
        .. Read("/rules", Everybody),
        .. Read("/rulesets", Everybody),
        .. Read("/rulesets/{number:int}", Everybody, "/rulesets/0"),
        Publishing("GET", "/rulesets/{number:int}/trial/newly-failing",  Everybody, async (w, _) => At($"/rulesets/{await w.TriedRulesetAsync()}/trial/newly-failing")),
        .. new[] { (Side.Publishing, "", "in no no no no no ok ok no"), (Side.Platform, "platform", "in no no no ok no ok ok no") }
            .SelectMany(who => (IEnumerable<Row>)[
                new($"POST {Root}/rulesets", who.Item1, who.Item2, who.Item3, With("POST", (_, _) => Json("/rulesets", new { text = "rules: {}", reason = "A row." }))),
                new($"POST {Root}/rulesets/{{number:int}}/trial", who.Item1, who.Item2, who.Item3, With("POST", async (w, _) => At($"/rulesets/{await w.RulesetAsync()}/trial"))),
                new($"POST {Root}/rulesets/{{number:int}}/effect", who.Item1, who.Item2, who.Item3,
                    With("POST", async (w, _) => await Json($"/rulesets/{await w.TriedRulesetAsync()}/effect", new { reason = "A row." })))]),
        .. Read("/approval-policies", Everybody),
        .. Read("/approval-policies/{number:int}", Everybody, "/approval-policies/1"),
        Publishing("POST", "/approval-policies/check",                   "in  no  no   no  no  no   ok  ok  ok",
            (_, _) => Json("/approval-policies/check", new { text = "otherwise then owner" })),
        Publishing("POST", "/approval-policies",                         "in  no  no   no  no  no   ok  ok  no",
            (w, _) => Json("/approval-policies", new { text = w.PolicyText(), note = "A row." })),
        Publishing("POST", "/approval-policies/{number:int}/dry-run",    "in  no  no   no  no  no   ok  ok  no",
            async (w, _) => At($"/approval-policies/{await w.PolicyAsync()}/dry-run")),
        Publishing("POST", "/approval-policies/{number:int}/effect",     "in  no  no   no  no  no   ok  ok  no",
            async (w, _) => await Json($"/approval-policies/{await w.TriedPolicyAsync()}/effect", new { reason = "A row." })),
        .. Read("/apis/{api}/changelog", Everybody, "/apis/cards/changelog"),
        .. Read("/apis/{api}/changelog.atom", Everybody, "/apis/cards/changelog.atom"),
        .. Read("/apis/{api}/compare", Everybody, "/apis/cards/compare?from=v1.1&to=v1"),
        .. Read("/apis/{api}/compare", "in  un  un   ok  ok  un   ok  ok  ok", "/apis/cards/compare?from=v1.1&to=v9", "a draft", Side.Publishing),
        Publishing("POST", "/apis/{api}/versions/{version}/compare", Everybody,
            (w, _) => Task.FromResult(new Call(HttpMethod.Post, Root + "/apis/cards/versions/v1/compare", Text: RoleWorld.Document(w.Fresh("Cards"))))),
        Publishing("POST", "/apis/{api}/versions/{version}/compare", "in  un  un   ok  ok  un   ok  ok  ok",
            (w, _) => Task.FromResult(new Call(HttpMethod.Post, Root + "/apis/cards/versions/v9/compare", Text: RoleWorld.Document(w.Fresh("Cards")))), "a draft"),
        .. Read("/applications", Everybody),
        .. Read("/access-requests", Everybody),
        .. Read("/inbox", Everybody),
        .. Read("/notifications", Everybody),
        .. Read("/grants", Everybody),
        .. Read("/map", Everybody),
        .. Read("/map", Everybody, "/map?team=payments&open=payments&depth=2", "around a team"),
        .. Read("/map", "in  un  un   un  un  un   un  un  un", "/map?application=nobody", "around what is not there"),
        .. Read("/audit-events", Everybody),
        // The first event tells of team channels' application.
        .. Read("/audit-events/{sequence:long}", "in  un  un   ok  ok  un   ok  ok  ok", "/audit-events/1"),
        .. Read("/audit-export", Everybody, "/audit-export?action=nothing"),
        .. Read("/audit-checkpoints", Everybody),
        .. Read("/audit-keys", Everybody),
        .. Read("/teams", Everybody),
        .. Read("/teams/{team}", Everybody, "/teams/payments"),
        .. Read("/people",                                               "in  no  no   no  no  no   ok  ok  ok"),
        .. Read("/signing-keys",                                         "in  no  no   no  no  no   ok  ok  ok"),
        .. Read("/control-refusals",                                     "in  no  no   no  no  no   ok  ok  ok"),
        .. Read("/me", Everybody),
        .. Read("/me/access-tokens", Everybody),

        Publishing("POST", "/apis",                                      "in  422 422  422 ok  422  422 422 422",
            (w, _) => Json("/apis", new { team = "payments", name = w.Fresh("api"), title = "Api", summary = "", classification = "internal" })),
        Consuming("POST", "/apis/{api}/versions/{version}/sandbox-tokens", "in  422 422 ok  ok  422  422 422 422",
            async (w, _) => await Json("/apis/payments/versions/v1/sandbox-tokens", new { application = await w.SandboxApplicationAsync() })),
        Publishing("PUT", "/apis/{api}",                                 "in  un  un   un  ok  un   un  un  un",
            (_, _) => Json("/apis/cards", new { title = "Cards", summary = "", classification = "internal" })),
        .. Read("/apis/{api}/guides", Everybody, "/apis/cards/guides"),
        Consuming("GET", "/apis/{api}/guides/{slug}",                    Everybody, async (w, _) => At($"/apis/cards/guides/{await w.GuideAsync()}")),
        Publishing("POST", "/apis/{api}/guides",                         "in  un  un   ok  ok  un   un  un  un",
            (w, _) => Json("/apis/cards/guides", new { title = w.Fresh("Guide"), markdown = "Text." })),
        Publishing("PUT", "/apis/{api}/guides/{slug}",                   "in  un  un   ok  ok  un   un  un  un",
            async (w, _) => await Json($"/apis/cards/guides/{await w.GuideAsync()}", new { title = "Better", markdown = "Text." })),
        Publishing("PUT", "/apis/{api}/guides/{slug}/position",          "in  un  un   ok  ok  un   un  un  un",
            async (w, _) => await Json($"/apis/cards/guides/{await w.GuideAsync()}/position", new { position = 1 })),
        Publishing("DELETE", "/apis/{api}/guides/{slug}",                "in  un  un   ok  ok  un   un  un  un",
            async (w, _) => At($"/apis/cards/guides/{await w.GuideAsync()}")),

        .. Read("/apis/{api}/questions", Everybody, "/apis/cards/questions"),
        Consuming("POST", "/apis/{api}/questions",                       "in  ok  ok   ok  ok  ok   ok  ok  no",
            (_, _) => Json("/apis/cards/questions", new { title = "How do I block a card?" })),
        Consuming("GET", "/apis/{api}/questions/{number:long}",          Everybody, async (w, _) => At($"/apis/cards/questions/{await w.QuestionAsync()}")),
        Consuming("PUT", "/apis/{api}/questions/{number:long}",          "in  un  un   ok  un  un   un  un  un",
            async (w, _) => await Json($"/apis/cards/questions/{await w.QuestionAsync()}", new { title = "How do I block a card?" })),
        Consuming("POST", "/apis/{api}/questions/{number:long}/removal", "in  un  un   ok  un  un   un  un  un",
            async (w, _) => await Json($"/apis/cards/questions/{await w.QuestionAsync()}/removal", new { }), "one's own"),
        Publishing("POST", "/apis/{api}/questions/{number:long}/removal", "in un  un   un  ok  un   un  un  un",
            async (w, _) => await Json($"/apis/cards/questions/{await w.QuestionAsync()}/removal", new { reason = "Asked twice." }), "on one's API"),
        Consuming("PUT", "/apis/{api}/questions/{number:long}/accepted-answer", "in un un ok un un un un un",
            async (w, _) => await Json($"/apis/cards/questions/{await w.QuestionAsync()}/accepted-answer", new { answer = (Guid?)null }), "one's own"),
        Publishing("PUT", "/apis/{api}/questions/{number:long}/accepted-answer", "in un un un ok un un un un",
            async (w, _) => await Json($"/apis/cards/questions/{await w.QuestionAsync()}/accepted-answer", new { answer = (Guid?)null }), "on one's API"),
        Consuming("POST", "/apis/{api}/questions/{number:long}/answers", "in  ok  ok   ok  ok  ok   ok  ok  no",
            async (w, _) => await Json($"/apis/cards/questions/{await w.QuestionAsync()}/answers", new { markdown = "With PUT." })),
        Consuming("PUT", "/apis/{api}/questions/{number:long}/answers/{id:guid}", "in un un ok un un un un un",
            async (w, _) => await Json(await w.AnswerAsync("/apis/cards"), new { markdown = "With PUT." })),
        Consuming("POST", "/apis/{api}/questions/{number:long}/answers/{id:guid}/removal", "in un un ok un un un un un",
            async (w, _) => await Json(await w.AnswerAsync("/apis/cards") + "/removal", new { }), "one's own"),
        Publishing("POST", "/apis/{api}/questions/{number:long}/answers/{id:guid}/removal", "in un un un ok un un un un",
            async (w, _) => await Json(await w.AnswerAsync("/apis/cards") + "/removal", new { reason = "Wrong." }), "on one's API"),
        .. new[] { "star", "subscription" }.SelectMany(mark => new[]
        {
            Consuming("PUT", "/apis/{api}/" + mark, Everybody, (_, _) => Json("/apis/cards/" + mark, new { })),
            Consuming("DELETE", "/apis/{api}/" + mark, Everybody, (_, _) => Task.FromResult(At("/apis/cards/" + mark))),
        }),
        .. Read("/me/starred-apis", Everybody),
        .. Read("/me/subscriptions", Everybody),
        .. Read("/apis/{api}/transfer",                                  "in  un  un   un  ok  un   ok  un  un", "/apis/cards/transfer", "", Side.Publishing),
        Publishing("POST", "/apis/{api}/transfer",                       "in  un  un   un  ok  un   un  un  un",
            async (w, _) => await Json($"/apis/{await w.ApiAsync()}/transfer", new { team = "lending" })),
        Publishing("DELETE", "/apis/{api}/transfer",                     "in  un  un   un  ok  un   un  un  un",
            async (w, _) => At($"/apis/{await w.OfferedApiAsync("lending")}/transfer")),
        Publishing("POST", "/apis/{api}/transfer/acceptance",            "in  un  un   un  un  ok   un  un  un",
            async (w, _) => await Json($"/apis/{await w.OfferedApiAsync("lending")}/transfer/acceptance", new { })),
        Publishing("POST", "/apis/{api}/transfer/refusal",               "in  un  un   un  un  ok   un  un  un",
            async (w, _) => await Json($"/apis/{await w.OfferedApiAsync("lending")}/transfer/refusal", new { })),
        Publishing("POST", "/apis/{api}/move",                           "in  no  no   no  no  no   ok  no  no",
            async (w, _) => await Json($"/apis/{await w.ApiAsync()}/move", new { team = "lending", reason = "Reorganised." })),
        Publishing("PUT", "/apis/{api}/versions/{version}",              "in  un  un   un  ok  un   un  un  un",
            (_, _) => Json("/apis/cards/versions/v1", new { lifecycle = "published", basePath = "" })),
        Publishing("POST", "/apis/{api}/versions/{version}/revisions",   "in  un  un   un  ok  un   un  un  un",
            (w, _) => Task.FromResult(new Call(HttpMethod.Post, Root + "/apis/cards/versions/v1/revisions", Text: RoleWorld.Document(w.Fresh("Cards"))))),

        .. EndingRows.Rest,
        Consuming("POST", "/applications",                               "in  422 422  ok  ok  422  422 422 422",
            (w, _) => Json("/applications", new { team = "channels", name = w.Fresh("Service"), description = "" })),
        Consuming("GET", "/applications/{clientId}",                     "in  un  un   ok  ok  un   ok  ok  ok",
            async (w, _) => At($"/applications/{await w.ApplicationAsync()}")),
        Consuming("POST", "/applications/{clientId}/credentials",        "in  un  un   ok  ok  un   un  un  un",
            async (w, _) => await Json($"/applications/{await w.ApplicationAsync()}/credentials", new { label = "another" })),
        Consuming("POST", "/applications/{clientId}/credentials/{credentialId:guid}/refresh", "in un un ok ok un un un un",
            async (w, _) => await w.KeySetAsync() is var (application, id) ? At($"/applications/{application}/credentials/{id}/refresh") : throw new InvalidOperationException()),
        Consuming("DELETE", "/applications/{clientId}/credentials/{credentialId:guid}", "in un un ok ok un un ok un",
            async (w, _) => await w.CredentialAsync() is var (application, id) ? At($"/applications/{application}/credentials/{id}") : throw new InvalidOperationException()),
        Consuming("POST", "/applications/{clientId}/disabling",          "in  un  un   ok  ok  un   un  ok  un",
            async (w, _) => await Json($"/applications/{await w.ApplicationAsync()}/disabling", new { reason = "Incident." })),
        Consuming("POST", "/applications/{clientId}/enabling",           "in  un  un   ok  ok  un   un  ok  un",
            async (w, _) => await Json($"/applications/{await w.StoppedApplicationAsync()}/enabling", new { reason = "Over." })),

        Consuming("POST", "/access-requests",                            "in  422 422  ok  ok  422  422 422 422",
            async (w, _) => await Json("/access-requests", new
            {
                application = await w.ApplicationAsync(), api = "payments", version = "v1", environment = "sandbox",
                operations = new[] { "listPayments" }, justification = "To show payments.", until = Soon,
            })),
        Consuming("GET", "/access-requests/{number:long}",               "in  un  un   ok  ok  un   ok  ok  ok",
            async (w, _) => At($"/access-requests/{await w.RequestAsync()}"), "of one's application"),
        Publishing("GET", "/access-requests/{number:long}",              "in  un  un   ok  ok  un   ok  ok  ok",
            async (w, _) => At($"/access-requests/{await w.RequestAsync()}"), "for one's API"),
        Publishing("POST", "/access-requests/{number:long}/decisions",   "in  un  un   un  ok  un   un  un  un",
            async (w, _) => await Json($"/access-requests/{await w.RequestAsync()}/decisions", new { decisions = new[] { new { operation = "listPayments", approve = true } } }), "for one's API"),
        Consuming("POST", "/access-requests/{number:long}/decisions",    "in  un  un   un  un  un   un  un  un",
            async (w, _) => await Json($"/access-requests/{await w.RequestAsync()}/decisions", new { decisions = new[] { new { operation = "listPayments", approve = true } } }), "of one's application"),
        .. Read("/access-requests/for-refusal", Everybody, "/access-requests/for-refusal?api=cards&version=v1&method=GET&path=/cards"),
        .. Read("/access-requests/for-refusal", "in  un  un   ok  ok  un   ok  ok  ok", "/access-requests/for-refusal?api=cards&version=v9&operation=listCards", "of a draft", Side.Publishing),
        .. Read("/access-request-drafts", Everybody),
        Consuming("POST", "/access-request-drafts",                      "in  ok  ok   ok  ok  ok   ok  ok  no",
            async (_, _) => await Json("/access-request-drafts", new { items = new[] { Listing } })),
        Consuming("GET", "/access-request-drafts/{number:long}",         "in  un  un   ok  un  un   un  un  un",
            async (w, _) => At($"/access-request-drafts/{await w.DraftAsync()}")),
        Consuming("PUT", "/access-request-drafts/{number:long}",         "in  un  un   ok  un  un   un  un  un",
            async (w, _) => await Json($"/access-request-drafts/{await w.DraftAsync()}", new { items = new[] { Listing } })),
        Consuming("POST", "/access-request-drafts/{number:long}/endpoints", "in un un ok un un un un un",
            async (w, _) => await Json($"/access-request-drafts/{await w.DraftAsync()}/endpoints", new { items = new[] { Listing } })),
        Consuming("DELETE", "/access-request-drafts/{number:long}",      "in  un  un   ok  un  un   un  un  un",
            async (w, _) => At($"/access-request-drafts/{await w.DraftAsync()}")),
        Consuming("POST", "/access-request-drafts/{number:long}/submission", "in un un ok un un un un un",
            async (w, _) => await Json($"/access-request-drafts/{await w.DraftAsync()}/submission", new { })),
        Consuming("GET", "/access-requests/{number:long}/comments",      "in  un  un   ok  ok  un   ok  ok  ok",
            async (w, _) => At($"/access-requests/{await w.RequestAsync()}/comments")),
        Consuming("POST", "/access-requests/{number:long}/comments",     "in  un  un   ok  ok  un   ok  ok  no",
            async (w, _) => await Json($"/access-requests/{await w.RequestAsync()}/comments", new { markdown = "For whom?" })),
        Consuming("POST", "/access-requests/{number:long}/withdrawal",   "in  un  un   ok  ok  un   un  un  un",
            async (w, _) => await Json($"/access-requests/{await w.RequestAsync()}/withdrawal", new { })),
        Publishing("POST", "/access-requests/{number:long}/withdrawal",  "in  un  un   un  un  un   un  un  un",
            async (w, _) => await Json($"/access-requests/{await w.RequestAsync()}/withdrawal", new { }), "for one's API"),

        .. Read("/recertifications", Everybody),
        Publishing("POST", "/recertifications",                          "in  no  no   no  ok  422  ok  ok  ok", async (w, _) => await Json("/recertifications",
            new { name = "A row", scope = new { api = "payments", application = (await w.ReviewedAsync()).ClientId }, due = w.Bank.Clock.GetUtcNow().AddDays(9) })),
        .. new[] { "", "/items" }.Select(part => Publishing("GET", "/recertifications/{number:long}" + part, "in un un ok ok un ok ok ok",
            async (w, _) => At($"/recertifications/{(await w.CampaignAsync()).Number}{part}"))),
        Publishing("POST", "/recertifications/{number:long}/answers",    "in  un  un   un  ok  un   un  ok  un", async (w, _) => await w.CampaignAsync() is var (number, grant)
            ? await Json($"/recertifications/{number}/answers", new { grants = new[] { grant }, action = "keep" })
            : throw new InvalidOperationException()),
        Publishing("POST", "/recertifications/{number:long}/closure",    "in  un  un   un  ok  un   ok  ok  un",
            async (w, _) => await Json($"/recertifications/{(await w.CampaignAsync()).Number}/closure", new { reason = "A row." })),
        Publishing("POST", "/recertifications/{number:long}/evidence",   "in  un  un   un  ok  un   ok  ok  ok",
            async (w, _) => At($"/recertifications/{(await w.CampaignAsync()).Number}/evidence")),
        Publishing("GET", "/recertifications/{number:long}/evidence",    "in  un  un   un  ok  un   ok  ok  ok",
            async (w, _) => At($"/recertifications/{(await w.CampaignAsync()).Number}/evidence")),
        .. Read("/unused-grants", Everybody),
        .. Read("/unused-grants/endpoints", Everybody, "/unused-grants/endpoints?api=payments&version=v1&application=nobody&environment=sandbox"),
        Consuming("POST", "/unused-grants/given-up",                     "in  un  un   422 422 un   un  un  un",
            async (w, _) => await Json("/unused-grants/given-up", new { application = (await w.ReviewedAsync()).ClientId, api = "payments", version = "v1", environment = "sandbox" })),
        Publishing("POST", "/unused-grants/notice",                      "in  un  un   un  422 un   un  422 un", async (w, _) => await Json("/unused-grants/notice",
            new { application = (await w.ReviewedAsync()).ClientId, api = "payments", version = "v1", environment = "sandbox", days = 14, reason = "A row." })),
        .. Read("/narrowing-requests", Everybody),
        Publishing("POST", "/narrowing-requests",                        "in  un  un   un  409 un   un  409 un",
            async (w, _) => await Json("/narrowing-requests", new { application = (await w.NarrowingAsync()).ClientId, api = "payments", version = "v1", environment = "sandbox" })),
        Consuming("GET", "/narrowing-requests/{number:long}",            "in  un  un   ok  ok  un   ok  ok  ok",
            async (w, _) => At($"/narrowing-requests/{(await w.NarrowingAsync()).Number}")),
        Consuming("POST", "/narrowing-requests/{number:long}/answer",    "in  un  un   ok  ok  un   un  un  un",
            async (w, _) => await Json($"/narrowing-requests/{(await w.NarrowingAsync()).Number}/answer", new { giveUp = false, reason = "A row." })),
        Consuming("GET", "/grants/{id:guid}",                            "in  un  un   ok  ok  un   ok  ok  ok",
            async (w, _) => At($"/grants/{await w.GrantAsync()}"), "of one's application"),
        Publishing("GET", "/grants/{id:guid}",                           "in  un  un   ok  ok  un   ok  ok  ok",
            async (w, _) => At($"/grants/{await w.GrantAsync()}"), "for one's API"),
        Consuming("POST", "/grants/{id:guid}/revocation",                "in  un  un   ok  ok  un   un  ok  un",
            async (w, _) => await Json($"/grants/{await w.GrantAsync()}/revocation", new { reason = "No longer used." }), "of one's application"),
        Publishing("POST", "/grants/{id:guid}/revocation",               "in  un  un   un  ok  un   un  ok  un",
            async (w, _) => await Json($"/grants/{await w.GrantAsync()}/revocation", new { reason = "Misused." }), "for one's API"),

        Publishing("POST", "/notifications/read", Everybody, (_, _) => Json("/notifications/read", new { })),
        Publishing("POST", "/notifications/{id:guid}/read", Everybody,
            async (w, column) => await Json($"/notifications/{await w.People.NotificationAsync(w.PersonIn(column, Side.Publishing) ?? w.Bank.Dirk)}/read", new { }), "one's own"),
        Publishing("POST", "/notifications/{id:guid}/read",              "in  un  un   un  un  un   un  un  un",
            async (w, _) => await Json($"/notifications/{await w.People.NotificationAsync(w.Bank.Dirk)}/read", new { }), "another's"),

        Publishing("POST", "/teams",                                     "in  no  no   no  no  no   ok  no  no",
            async (w, _) => await Json("/teams", new { name = w.Fresh("team"), title = "Team", owner = await w.People.NewcomerAsync() })),
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

        new("* /api/v1/{**path}", Side.Consuming, "", "un un un un un un un un un", (_, _) => Task.FromResult(new Call(HttpMethod.Get, Root + "/nothing"))),
    ];

    private static object Listing => new { api = "cards", version = "v1", operations = new[] { "listCards" } };

    private static IEnumerable<Row> Read(string pattern, string expected, string? url = null, string note = "", Side side = Side.Consuming) =>
        [new($"GET {Root}{pattern}", side, note, expected, (_, _) => Task.FromResult(new Call(HttpMethod.Get, Root + (url ?? pattern))))];

    private static Row Publishing(string method, string pattern, string expected, Func<RoleWorld, Column, Task<Call>> prepare, string note = "") =>
        new($"{method} {Root}{pattern}", Side.Publishing, note, expected, With(method, prepare));

    private static Row Consuming(string method, string pattern, string expected, Func<RoleWorld, Column, Task<Call>> prepare, string note = "") =>
        new($"{method} {Root}{pattern}", Side.Consuming, note, expected, With(method, prepare));

    private static Func<RoleWorld, Column, Task<Call>> With(string method, Func<RoleWorld, Column, Task<Call>> prepare) =>
        async (world, column) => await prepare(world, column) with { Method = new HttpMethod(method) };

    private static Call At(string url) => new(HttpMethod.Get, Root + url);

    private static Task<Call> Json(string url, object body) => Task.FromResult(new Call(HttpMethod.Post, Root + url, Json: body));
}
