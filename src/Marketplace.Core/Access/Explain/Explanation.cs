using Marketplace.Contracts.Policy;
using Marketplace.Core.Policy.Shadow;

namespace Marketplace.Core.Access.Explain;

/// <summary>The one fact that decides.</summary>
public enum CallCause
{
    Granted,
    TokenBad,

    /// <summary>It is bound to a key or a certificate, which a data plane checks at each call.</summary>
    TokenUnproven,
    PathUnreadable,
    NoSuchEndpoint,
    EndpointRemoved,
    NeverGranted,

    /// <summary>The grant is younger than the token.</summary>
    GrantedSince,

    /// <summary>The grant stands, and the token was asked for with less.</summary>
    TokenNarrowed,
    NotBegun,
    Expired,
    Revoked,
    Superseded,
    Suspended,
    LineRetired,
    LineDraft,
    ApplicationStopped,
    ApplicationDeleted,
    QuotaSpent,
}

/// <summary>What somebody can do about it.</summary>
public enum NextStep
{
    FetchToken,

    /// <summary>No credential of the application is for the environment.</summary>
    AddCredential,
    RequestAccess,

    /// <summary>In an incident, without approval.</summary>
    TakeEmergencyAccess,

    /// <summary>The same again, with its end further away.</summary>
    Renew,
    SeeRequest,
    SeeGrant,

    /// <summary>It was taken in an incident.</summary>
    SeeEmergency,
    Resume,
    AskOwner,
    SeeApplication,
    SeePlans,
    SeeEndpoints,
    SeeEnforcement,
}

/// <param name="Text">A sentence, or half of one, that says what to do.</param>
public sealed record Advice(NextStep Step, string Text);

/// <summary>The decision about a call, with what it rests on.</summary>
/// <param name="Reason">A <see cref="ReasonCode"/>; null where it is allowed.</param>
/// <param name="LetThrough">Shadow mode lets it pass all the same.</param>
public sealed record Explanation(string? Reason, CallCause Cause, string Sentence)
{
    public bool Allowed => Reason is null;

    /// <summary>What every data plane holds to, of which <see cref="Sentence"/> is the case; null when allowed.</summary>
    public string? Rule => Reason is null || ReasonWords.Of(Reason) is var rule && rule == Sentence ? null : rule;
    public bool LetThrough { get; init; }

    /// <summary>Until when, where it is let through.</summary>
    public DateTimeOffset? ShadowUntil { get; init; }
    public DateTimeOffset At { get; init; }

    /// <summary>The decision about the same call today, where another time was asked about: a reason, or null for allowed.</summary>
    public string? ReasonNow { get; init; }
    public bool IsPast { get; init; }

    /// <summary>What the reason means that came back, where it is another one.</summary>
    public string? SeenMeans { get; init; }
    public ExplainedApplication? Application { get; init; }
    public ExplainedLine? Line { get; init; }
    public ExplainedEndpoint? Endpoint { get; init; }
    public IReadOnlyList<NearOperation> Nearest { get; init; } = [];

    /// <summary>The grant that decides: the one that stands, else the last one.</summary>
    public GrantRow? Grant { get; init; }

    /// <summary>Its limits in words; null where nothing limits it.</summary>
    public string? Plan => Grant?.Plan is { } plan ? $"{plan.Title}: {plan.Sentence}" : null;

    /// <summary>A credential of the application is for this environment.</summary>
    public bool HasCredential { get; init; } = true;
    public long? PendingRequest { get; init; }

    /// <summary>For so long may the actor take it in an incident; null where nobody may.</summary>
    public int? EmergencyHours { get; init; }
    public ExplainedToken? Token { get; init; }
    public ExplainedReach? Reach { get; init; }
    public IReadOnlyList<Advice> Advice { get; init; } = [];
}

/// <param name="Open">The actor sees it.</param>
/// <param name="MayAsk">The actor is of its team.</param>
public sealed record ExplainedApplication(string ClientId, string Name, string Team, bool Open, bool MayAsk);

/// <param name="Open">The actor sees what enforces it.</param>
public sealed record ExplainedLine(string Api, string Title, string Version, string Environment, string Team, bool Open)
{
    public string Audience { get; init; } = "";
}

public sealed record ExplainedEndpoint(string Key, string Method, string Path);

/// <summary>What a good token says.</summary>
/// <param name="Revision">The policy revision that it was issued under.</param>
/// <param name="Carries">Whether the endpoint is in it; null where the call means none.</param>
public sealed record ExplainedToken(DateTimeOffset? IssuedAt, DateTimeOffset ExpiresAt, long? Revision, bool? Carries);

/// <summary>How far the change got that decides.</summary>
public sealed record ExplainedReach(DateTimeOffset ChangedAt, long Revision, int DataPlanes, int Enforced);

/// <summary>An answer, or the lines that the call could have been to.</summary>
public sealed record Explained(Explanation? Answer, IReadOnlyList<ExplainedLine> Choices);
