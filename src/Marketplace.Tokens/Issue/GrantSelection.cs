using Marketplace.Tokens.Exchange;
using Marketplace.Tokens.Snapshot;

namespace Marketplace.Tokens.Issue;

/// <summary>From a client's grants, the requested resource and operations to what the token carries.</summary>
internal static class GrantSelection
{
    private const string TellsMore = "Its grants in the marketplace say by whom, and how they go on.";

    public static (AccessTokenContent? Content, TokenRefusal? Refusal) Select(
        TokenSnapshot snapshot, Client client, TokenRequest request, long now, Delegation? delegation = null)
    {
        var (details, wrong) = request.Details is null ? default : OperationDetails.Read(request.Details);
        if (wrong is not null)
            return (null, wrong);
        // RFC 9396 §3.1: the resource parameter and the locations say the same, or one of them says it.
        if (details?.Location is { } location && request.Resource is { } named && location != named)
            return (null, TokenRefusal.InvalidAuthorizationDetails("locations names another resource than the resource parameter."));
        var resource = request.Resource ?? details?.Location;
        if (resource == TokenPlaneOptions.ControlAudience)
            return Control(client, request, delegation);
        var (target, refusal) = resource is null ? OnlyTarget(snapshot, client, now) : Named(snapshot, resource);
        if (target is not { } found)
            return (null, refusal);
        // invalid_target, "the resource is not acceptable" (RFC 8707 §2); unauthorized_client would speak of the grant type (RFC 6749 §5.2).
        if (Standing(snapshot, client, found, now) is not { } standing)
            return (null, client.Environment is { } only && only != found.Environment
                ? TokenRefusal.InvalidTarget($"This credential is for {only} alone; use one for {found.Environment}.")
                : TokenRefusal.InvalidTarget(IsSuspended(snapshot, client, found, now)
                    ? $"All that the application was granted at this resource is suspended. {TellsMore}"
                    : "The application has no grant that stands for this resource; request access in the marketplace."));
        if ((delegation is null ? standing : delegation.Limit(snapshot, found, standing, now)) is not { } usable)
            return (null, TokenRefusal.InvalidTarget("There is nothing at this resource that both the subject and the client may do."));
        var (carried, why) = Narrow(usable, request.Scope, details);
        if (carried is null)
            return (null, Asked(request.Scope, details).Any(key => IsSuspended(snapshot, client, found, now, key))
                ? why! with { Description = $"An operation that was asked for is granted and suspended. {TellsMore}" } : why);
        var audience = snapshot.Resources[found].Audience;
        var content = new AccessTokenContent(audience, found.Environment, carried.Operations, carried.Scope, carried.LastEnd);
        return (details is null && delegation is null ? content : Special(content, audience, details, delegation), null);
    }

    public static StandingGrants? Standing(TokenSnapshot snapshot, Client client, TargetKey target, long now) =>
        client.Grants.TryGetValue(target, out var grants)
        && snapshot.Resources.ContainsKey(target)
        && snapshot.Lines.TryGetValue(target.Line, out var line)
        && grants.At(line, now) is { IsEmpty: false } standing
            ? standing
            : null;

    private static bool IsSuspended(TokenSnapshot snapshot, Client client, TargetKey target, long now, string? key = null) =>
        client.Grants.TryGetValue(target, out var grants) && snapshot.Resources.ContainsKey(target) && snapshot.Lines.TryGetValue(target.Line, out var line)
        && grants.IsSuspended(line, now, key);

    private static IEnumerable<string> Asked(string? scope, OperationDetails? details) => [.. scope?.Split(' ') ?? [], .. details?.Actions ?? Enumerable.Empty<string>()];

    private static (AccessTokenContent?, TokenRefusal?) Control(Client client, TokenRequest request, Delegation? delegation) => request switch
    {
        _ when delegation is not null => (null, TokenRefusal.InvalidTarget("Nobody acts for another at the control plane.")),
        { Details: not null } => (null, TokenRefusal.InvalidAuthorizationDetails("The control plane has no operations to ask for.")),
        { Scope: null or TokenPlaneOptions.ControlScope } => (client.Environment is null ? AccessTokenContent.Control : AccessTokenContent.Control with { Environment = client.Environment }, null),
        _ => (null, TokenRefusal.InvalidScope($"The control plane knows the scope {TokenPlaneOptions.ControlScope} alone.")),
    };

    /// <summary>What scope and details name, both together (RFC 9396 §3: "in combination"); a request may narrow, never widen.</summary>
    private static (StandingGrants?, TokenRefusal?) Narrow(StandingGrants standing, string? scope, OperationDetails? details)
    {
        var byScope = scope is null ? null : standing.Narrow(scope);
        if (scope is not null && byScope is null)
            return (null, TokenRefusal.InvalidScope("A requested scope is no operation that was granted; leave scope out to get all that were."));
        if (details is null)
            return (byScope ?? standing, null);
        return standing.Narrow(details.Actions) is { } byDetails
            ? (byScope is null ? byDetails : byDetails.Union(byScope), null)
            : (null, TokenRefusal.InvalidAuthorizationDetails("A requested action is no operation that was granted."));
    }

    private static AccessTokenContent Special(AccessTokenContent content, string audience, OperationDetails? details, Delegation? delegation) => content with
    {
        Details = details?.ToJson(audience),
        Subject = delegation?.Subject.ClientId,
        Actor = delegation?.Actor,
        LastEnd = delegation is null ? content.LastEnd : Math.Min(content.LastEnd, delegation.Token.Expires),
    };

    private static (TargetKey?, TokenRefusal?) Named(TokenSnapshot snapshot, string resource) =>
        snapshot.Targets.TryGetValue(resource, out var target)
            ? (target, null)
            : (null, TokenRefusal.InvalidTarget("No published API has this resource as its audience."));

    /// <summary>Without a resource there must be no doubt which one is meant.</summary>
    private static (TargetKey?, TokenRefusal?) OnlyTarget(TokenSnapshot snapshot, Client client, long now)
    {
        TargetKey? only = null;
        foreach (var target in client.Grants.Keys)
        {
            if (Standing(snapshot, client, target, now) is null)
                continue;
            if (only is not null)
                return (null, TokenRefusal.InvalidTarget("The application has grants for several resources: name one (RFC 8707)."));
            only = target;
        }
        if (only is not null)
            return (only, null);
        return (null, TokenRefusal.InvalidTarget(client.Grants.Keys.Any(target => IsSuspended(snapshot, client, target, now))
            ? $"All that the application was granted is suspended. {TellsMore}"
            : "The application has no grant that stands; request access in the marketplace."));
    }
}
