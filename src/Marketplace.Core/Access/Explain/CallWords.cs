using System.Globalization;
using Marketplace.Contracts.Policy;
using Marketplace.Core.Policy.Shadow;

namespace Marketplace.Core.Access.Explain;

/// <summary>The decision as a sentence that names the fact.</summary>
internal static class CallWords
{
    private const int NearestShown = 3;

    public static string Of(Verdict verdict, CallFacts facts, GrantRow? row, DateTimeOffset at, DateTimeOffset now)
    {
        var (application, line) = (facts.Application.Name, $"{facts.Line.Api} {facts.Line.Version} in {facts.Line.Environment}");
        var endpoint = facts.Match.Operation is { } o ? $"{o.Method} {o.Path}" : "";
        var grant = verdict.Grant;
        return verdict.Cause switch
        {
            CallCause.Granted => $"{application} may call {endpoint} of {line}, until {Moment(grant!.ValidUntil)}{(row?.UntilBefore is null ? "" : ", earlier than was approved")}."
                + (row?.Emergency is { } open ? $" It was taken as emergency {open}, not approved." : "")
                + (facts.Token is null ? " A token that carries it is let through." : ""),
            CallCause.EndpointRemoved => $"The endpoint was removed from {facts.Line.Api} {facts.Line.Version}. Its grants count no more.",
            CallCause.NeverGranted => $"{application} was never granted {endpoint} of {line}.",
            CallCause.GrantedSince when grant!.GrantedAt > at => $"It was not granted yet: {row?.GrantedBy ?? "the owner"} approved it {Moment(grant.GrantedAt)}. A token fetched since then carries it.",
            CallCause.GrantedSince => $"The grant stands, and the token is from before: it was approved {Moment(grant.GrantedAt)}. Fetch a new token.",
            CallCause.TokenNarrowed => "The grant stands and is older than the token: the token was asked for with a scope that leaves this endpoint out.",
            CallCause.NotBegun => $"The grant begins {Moment(grant!.ValidFrom)}.",
            CallCause.Expired when row?.Emergency is { } taken => $"It was taken as emergency {taken}, which ended {Moment(grant!.ValidUntil)}. It is not extended.",
            CallCause.Expired => $"The grant ended {Moment(grant!.ValidUntil)}, as was approved.",
            CallCause.Revoked => $"The grant was ended {Moment(grant!.EndedAt ?? grant.ValidUntil)}{By(row?.EndedBy)}{Because(row?.EndReason)}.",
            CallCause.Superseded => $"Another grant took its place {Moment(grant!.EndedAt!.Value)}, and that one has ended too.",
            CallCause.Suspended when grant!.SuspendedThen is { } then => $"The grant was suspended from {Moment(grant.SuspendedAt!.Value)}{By(then.By)}{Because(then.Reason)}.",
            CallCause.Suspended => $"The grant is suspended since {Moment(grant!.SuspendedAt!.Value)}{By(row?.Suspension?.By)}{Because(row?.Suspension?.Reason)}. "
                + (grant.SuspendedUntil is { } until ? $"It goes on by itself {Moment(until)}." : "It goes on when somebody resumes it."),
            CallCause.LineRetired => $"{facts.Line.Api} {facts.Line.Version} is retired{(facts.Line.RetiredAt is { } retired ? " since " + Moment(retired) : "")}: nobody may call it.",
            CallCause.LineDraft => $"{facts.Line.Api} {facts.Line.Version} is a draft: nobody gets a token for it before it is published.",
            CallCause.ApplicationStopped => $"{application} {(at < now ? "was" : "is")} stopped since {Moment(facts.Application.DisabledAt!.Value)}: it gets no tokens, and those that it has are refused.",
            CallCause.ApplicationDeleted => $"{application} is gone for good since {Moment(facts.Application.DeletedAt!.Value)}.",
            CallCause.QuotaSpent => $"The quota of its plan is used up since {Moment(grant!.SpentAt!.Value)}. It may call again {Moment(grant.SpentUntil!.Value)}.",
            CallCause.TokenBad when verdict.Reason == ReasonCode.TokenExpired => $"The token expired {Moment(Seconds(facts.Token!.Times.Expires))}. Fetch a new one: it lasts five minutes at most.",
            _ => ReasonWords.Of(verdict.Reason!),
        };
    }

    /// <summary>The published endpoints that the call is most like, and what differs.</summary>
    public static IReadOnlyList<NearOperation> Nearest(CallQuestion question, AskedLine line, IReadOnlyList<PolicyOperation> published)
    {
        if (question is not { Method: { } method, Target: { } target })
            return [];
        List<NearOperation> left = [.. published.Select(o => new NearOperation(o.Key, o.Method, o.Path, ""))];
        var path = LineFinder.PathOf(target, line);
        var found = new List<NearOperation>();
        while (found.Count < NearestShown && NearestOperation.Of(method, path, left, line.BasePath.TrimEnd('/')) is { } near)
        {
            found.Add(near);
            left.RemoveAll(o => o.Key == near.Key);
        }

        return found;
    }

    /// <summary>When data planes had to be told; null where they know by themselves, or nothing changed.</summary>
    public static DateTimeOffset? ChangedAt(Verdict verdict, CallFacts facts) => verdict.Cause switch
    {
        CallCause.Granted or CallCause.GrantedSince or CallCause.TokenNarrowed => verdict.Grant?.GrantedAt,
        CallCause.Revoked => verdict.Grant?.EndedAt ?? verdict.Grant?.EndSetAt,
        CallCause.Suspended => verdict.Grant?.SuspendedAt,
        CallCause.QuotaSpent => verdict.Grant?.SpentAt,
        CallCause.LineRetired => facts.Line.RetiredAt,
        CallCause.ApplicationStopped or CallCause.ApplicationDeleted => facts.Application.DisabledAt,
        _ => null,
    };

    public static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static DateTimeOffset Seconds(double seconds) => DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000));

    private static string By(string? who) => who is null ? "" : $" by {who}";

    private static string Because(string? reason) => string.IsNullOrWhiteSpace(reason) ? "" : $": “{reason.Trim().TrimEnd('.')}”";
}
