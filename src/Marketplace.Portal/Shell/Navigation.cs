using Marketplace.Core.People;

namespace Marketplace.Portal.Shell;

/// <summary>Where a person can go.</summary>
internal static class Navigation
{
    public static IEnumerable<Section> For(Actor me)
    {
        yield return new(null, [new("Home", "/", "home"), new("Catalog", "/catalog", "layout-grid"), new("Map", "/map", "sitemap"), new("Guardrails", "/guardrails", "checks")]);
        yield return new("Access", [
            new("Inbox", "/inbox", "inbox"),
            new("Requests", "/requests", "send"),
            new("Applications", "/applications", "apps"),
            new("Why refused?", "/why", "help"),
            new("Recertification", "/recertification", "certificate"),
            new("Emergency access", "/emergency-access", "urgent"),
            new("Approval policy", "/approval-policies", "scale")]);
        yield return new("Organisation", [
            new("Teams", "/teams", "users"),
            .. me.ReadsEverything ? [new Link("People", "/people", "id")] : Array.Empty<Link>(),
            new("Token issuing", "/tokens", "chart-bar"),
            new("Audit trail", "/audit", "list-search"),
            .. me.ReadsEverything ? [new Link("Shadow mode", "/shadow", "eye"), new Link("Signing keys", "/signing-keys", "shield-lock"), new Link("Control plane refusals", "/refusals", "shield"), new Link("E-mail and webhooks", "/channels", "bell")] : Array.Empty<Link>(),
            new("Access tokens", "/me/access-tokens", "key")]);
    }

    public sealed record Section(string? Title, IReadOnlyList<Link> Links);

    public sealed record Link(string Text, string Url, string Icon);
}
