namespace Marketplace.Core.Access.Explain;

/// <summary>What to do, the best first. Who reads it may be of either team: each step says whose it is.</summary>
internal static class CallAdvice
{
    public static Advice FetchToken { get; } = new(NextStep.FetchToken, "Fetch a new token from the token endpoint, with the resource of what is called.");

    public static IReadOnlyList<Advice> Of(Explanation why) => [.. Steps(why), .. why.Reach is { } reach && reach.Enforced < reach.DataPlanes && why.Line!.Open
        ? [new Advice(NextStep.SeeEnforcement, "Not every data plane has the change yet: see which.")] : Array.Empty<Advice>()];

    private static IEnumerable<Advice> Steps(Explanation why)
    {
        var again = why.PendingRequest is { } number
            ? new Advice(NextStep.SeeRequest, $"Request {number} asks for it already: see who must act.")
            : new Advice(NextStep.RequestAccess, why.Cause == CallCause.Expired ? "Renew it: the request is filled in, its end date is to say." : "Ask for access: the request is filled in, why and until when are to say.");
        var owner = new Advice(NextStep.AskOwner, $"Ask {why.Line?.Team}, who own the API.");
        return why.Cause switch
        {
            CallCause.Granted => why.Plan is null
                ? [new(NextStep.SeeGrant, "Refused all the same? Then by a token from before the grant: fetch a new one, or look at the grant.")]
                : [new(NextStep.SeePlans, "Refused all the same? Then by its plan's rate, which each data plane counts, or by a token from before the grant.")],
            CallCause.TokenBad => [FetchToken],
            CallCause.TokenUnproven => [new(NextStep.FetchToken, "Send the proof or the certificate with each call, or fetch a token that is not bound.")],
            CallCause.PathUnreadable or CallCause.NoSuchEndpoint => [new(NextStep.SeeEndpoints, "Look at what the version publishes."), owner],
            CallCause.EndpointRemoved => [new(NextStep.SeeEndpoints, "See what took its place."), owner],
            CallCause.NeverGranted or CallCause.Expired => [again, owner],
            CallCause.GrantedSince => [FetchToken, new(NextStep.SeeGrant, "Look at the grant.")],
            CallCause.TokenNarrowed => [new(NextStep.FetchToken, $"Fetch the token without scope, or with {why.Endpoint?.Key} in it."), new(NextStep.SeeGrant, "Look at the grant.")],
            CallCause.Suspended => why.Grant?.MayResume == true
                ? [new(NextStep.Resume, "Resume it, if what it was suspended for is settled."), owner]
                : [new(NextStep.SeeGrant, $"Wait, or talk to {why.Grant?.Suspension?.By ?? "whoever suspended it"}."), owner],
            CallCause.NotBegun => [new(NextStep.SeeGrant, "Wait until it begins.")],
            CallCause.Revoked => [new(NextStep.SeeGrant, "Read why it ended, and talk to whoever ended it."), again, owner],
            CallCause.Superseded => [again, owner],
            CallCause.LineRetired or CallCause.LineDraft => [new(NextStep.SeeEndpoints, "See which version to call."), owner],
            CallCause.ApplicationStopped or CallCause.ApplicationDeleted => why.Application!.Open
                ? [new(NextStep.SeeApplication, "See who stopped it, and how it goes on.")] : [],
            CallCause.QuotaSpent => [new(NextStep.SeePlans, "Wait for the next day or month, or ask for another plan."), owner],
            _ => [],
        };
    }
}
