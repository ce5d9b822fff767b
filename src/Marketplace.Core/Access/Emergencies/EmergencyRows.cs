namespace Marketplace.Core.Access.Emergencies;

public enum EmergencyState
{
    /// <summary>Something can be called by it.</summary>
    Open,

    /// <summary>It is over, and nobody has said yet whether it was one.</summary>
    Unreviewed,
    Justified,
    NotJustified,
}

/// <param name="State">Null for all.</param>
/// <param name="ClientId">Of one application.</param>
/// <param name="Api">Of one API.</param>
public sealed record EmergencyFilter(EmergencyState? State = null, string? ClientId = null, string? Api = null);

/// <param name="Until">As it was taken.</param>
public sealed record EmergencyRow(
    long Number, EmergencyState State, string Application, string ClientId, string ApplicationTeam, string Api, string ApiTitle, string Version, string ApiTeam, string Environment,
    int Endpoints, string Incident, string Reason, string TakenBy, DateTimeOffset TakenAt, DateTimeOffset Until, DateTimeOffset? EndedAt, string? EndedBy, string? EndReason,
    string? Review, string? ReviewedBy, DateTimeOffset? ReviewedAt, long Request, int Policy, string Sentence);

/// <param name="Use">What data planes told of its calls.</param>
public sealed record EmergencyEndpoint(Guid Grant, string Operation, string Method, string Path, GrantState State, DateTimeOffset? EndedAt, GrantUse Use);

public sealed record EmergencyDetails(EmergencyRow Row, IReadOnlyList<EmergencyEndpoint> Endpoints, bool MayEnd, bool MayReview);

/// <summary>What may be taken of an API's line in one environment.</summary>
/// <param name="Hours">Null where nobody may take anything.</param>
public sealed record EmergencyTerms(string Environment, int? Hours, string? Sentence);

/// <param name="Policy">The approval policy that says so; null where none is in effect.</param>
public sealed record LineTerms(int? Policy, IReadOnlyList<EmergencyTerms> Terms);
