using Marketplace.Contracts.Policy;

namespace Marketplace.Core.Access.Explain;

/// <summary>What to do, the best first. Who reads it may be of either team: each step says whose it is.</summary>
internal static class CallAdvice
{
    public static Advice FetchToken(string? audience) =>
        new(NextStep.FetchToken, "Fetch a new token from the token endpoint, with " + (audience is null ? "the resource of what is called." : $"resource {audience}."));

    public static IReadOnlyList<Advice> Of(Explanation why)
    {
        List<Advice> steps = [.. Steps(why)];
        // Without one there is no token to fetch, whatever else is right.
        if (!why.HasCredential && why.Cause is CallCause.Granted or CallCause.GrantedSince or CallCause.TokenNarrowed or CallCause.TokenBad or CallCause.TokenUnproven)
            steps.Insert(0, new(NextStep.AddCredential, $"No credential of the application is for {why.Line!.Environment}: make one. Until then it gets no token there."));
        if (why.EmergencyHours is { } hours)
            steps.Add(new(NextStep.TakeEmergencyAccess, $"An incident that cannot wait? Take it without approval, for at most {(hours == 1 ? "an hour" : $"{hours} hours")}: everybody concerned is told."));
        if (why.Grant?.Emergency is { } emergency)
            steps.Add(new(NextStep.SeeEmergency, $"Look at emergency {emergency}: who took it, why, and what was found of it."));
        if (why.Reach is { } reach && reach.Enforced < reach.DataPlanes && why.Line!.Open)
            steps.Add(new(NextStep.SeeEnforcement, "Not every data plane has the change yet: see which."));
        return steps;
    }

    private static IEnumerable<Advice> Steps(Explanation why)
    {
        var owner = new Advice(NextStep.AskOwner, $"Ask {why.Line?.Team}, who own the API.");
        var token = FetchToken(why.Line?.Audience);
        return why.Cause switch
        {
            CallCause.Granted => why.Plan is null
                ? [new(NextStep.SeeGrant, "Refused all the same? Then by a token from before the grant: fetch a new one, or look at the grant.")]
                : [new(NextStep.SeePlans, "Refused all the same? Then by its plan's rate, which each data plane counts, or by a token from before the grant.")],
            CallCause.TokenBad => [token],
            CallCause.TokenUnproven => [new(NextStep.FetchToken, "Send the proof or the certificate with each call, or fetch a token that is not bound.")],
            CallCause.PathUnreadable or CallCause.NoSuchEndpoint => [new(NextStep.SeeEndpoints, "Look at what the version publishes."), owner],
            CallCause.EndpointRemoved => [new(NextStep.SeeEndpoints, "See what took its place."), owner],
            CallCause.NeverGranted or CallCause.Superseded => [Again(why), owner],
            CallCause.Expired => [why.PendingRequest is null && why.Grant?.MayRenew == true
                ? new(NextStep.Renew, "Renew it: endpoint, reason and length are filled in as they were.") : Again(why), owner],
            CallCause.GrantedSince => [token, new(NextStep.SeeGrant, "Look at the grant.")],
            CallCause.TokenNarrowed => [new(NextStep.FetchToken, $"Fetch the token without scope, or with {why.Endpoint?.Key} in it."), new(NextStep.SeeGrant, "Look at the grant.")],
            CallCause.Suspended => why.Grant switch
            {
                { Suspension: null } => [new(NextStep.SeeGrant, "That is over: look at the grant as it is now.")],
                { MayResume: true } => [new(NextStep.Resume, "Resume it, if what it was suspended for is settled."), owner],
                var grant => [new(NextStep.SeeGrant, $"{(grant?.Suspension?.Until is { } until ? $"Wait until {CallWords.Moment(until)}" : "Wait")}, or talk to {grant?.Suspension?.By ?? "whoever suspended it"}."), owner],
            },
            CallCause.NotBegun => [new(NextStep.SeeGrant, $"Wait until {CallWords.Moment(why.Grant!.ValidFrom)}.")],
            CallCause.Revoked => [new(NextStep.SeeGrant, $"Read why it ended, and talk to {why.Grant?.EndedBy ?? "whoever ended it"}."), Again(why), owner],
            CallCause.LineRetired or CallCause.LineDraft => [new(NextStep.SeeEndpoints, "See which version to call."), owner],
            CallCause.ApplicationStopped => why.Application!.Open
                ? [new(NextStep.SeeApplication, "See who stopped it, and how it goes on.")] : [new(NextStep.SeeGrant, $"{why.Application.Team} know who stopped it, and how it goes on.")],
            CallCause.ApplicationDeleted => [new(NextStep.SeeApplication, "It is gone for good: look at what it had, and register another one.")],
            CallCause.QuotaSpent => [new(NextStep.SeePlans, "Wait for the next day or month, or ask for another plan."), owner],
            _ => [],
        };
    }

    /// <summary>Only the application's team asks: everybody else can send them there.</summary>
    private static Advice Again(Explanation why) => why switch
    {
        { PendingRequest: { } number } => new(NextStep.SeeRequest, $"Request {number} asks for it already: see who must act."),
        { Application.MayAsk: true } => new(NextStep.RequestAccess, "Ask for access: the endpoint is filled in, why and until when are to say."),
        _ => new(NextStep.RequestAccess, $"{why.Application?.Team} can ask for it at this address: send it to them."),
    };
}
