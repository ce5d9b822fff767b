using Marketplace.Tokens.Issue;
using Marketplace.Tokens.Revocation;
using Marketplace.Tokens.Snapshot;

namespace Marketplace.Tokens.Exchange;

/// <summary>For whom a client acts, and what that leaves of its own grants.</summary>
/// <param name="Token">What it was called with.</param>
/// <param name="Subject">The application at the beginning of the chain.</param>
/// <param name="Actor">"act", in JSON.</param>
internal sealed record Delegation(IssuedToken Token, Client Subject, string Actor)
{
    /// <summary>The intersection of both applications' grants; for the same resource, also of what the token held. Null for nothing.</summary>
    public StandingGrants? Limit(TokenSnapshot snapshot, TargetKey target, StandingGrants own, long now)
    {
        // A sandbox call does not become a production call on its way.
        if (Token.Environment != target.Environment || GrantSelection.Standing(snapshot, Subject, target, now) is not { } theirs)
            return null;
        var both = own.Intersect(theirs);
        if (Token.Audience == snapshot.Resources[target].Audience)
            both = both.Only(Token.Operations.Contains);
        return both.IsEmpty ? null : both;
    }
}
