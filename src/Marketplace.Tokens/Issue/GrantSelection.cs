using Marketplace.Tokens.Snapshot;

namespace Marketplace.Tokens.Issue;

/// <summary>From a client's grants, the requested resource and scope to what the token carries.</summary>
internal static class GrantSelection
{
    public static (AccessTokenContent? Content, TokenRefusal? Refusal) Select(
        TokenSnapshot snapshot, Client client, string? resource, string? scope, long now)
    {
        if (resource == TokenPlaneOptions.ControlAudience)
        {
            return scope is null or TokenPlaneOptions.ControlScope
                ? (AccessTokenContent.Control, null)
                : (null, TokenRefusal.InvalidScope($"The control plane knows the scope {TokenPlaneOptions.ControlScope} alone."));
        }
        var (target, refusal) = resource is null ? OnlyTarget(snapshot, client, now) : Named(snapshot, resource);
        if (target is not { } found)
            return (null, refusal);
        // invalid_target, "the resource is not acceptable" (RFC 8707 §2); unauthorized_client would speak of the grant type (RFC 6749 §5.2).
        if (Standing(snapshot, client, found, now) is not { } standing)
            return (null, TokenRefusal.InvalidTarget("The application has no grant that stands for this resource; request access in the marketplace."));
        if ((scope is null ? standing : standing.Narrow(scope)) is not { } carried)
            return (null, TokenRefusal.InvalidScope("A requested scope is no operation that was granted; leave scope out to get all that were."));
        return (new AccessTokenContent(snapshot.Audiences[found], found.Environment, carried.Operations, carried.Scope, carried.LastEnd), null);
    }

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
        return only is null
            ? (null, TokenRefusal.InvalidTarget("The application has no grant that stands; request access in the marketplace."))
            : (only, null);
    }

    private static StandingGrants? Standing(TokenSnapshot snapshot, Client client, TargetKey target, long now) =>
        client.Grants.TryGetValue(target, out var grants)
        && snapshot.Audiences.ContainsKey(target)
        && snapshot.Lines.TryGetValue(target.Line, out var line)
        && grants.At(line, now) is { IsEmpty: false } standing
            ? standing
            : null;
}
