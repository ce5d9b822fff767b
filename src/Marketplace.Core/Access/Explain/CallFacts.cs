using Marketplace.Contracts.Policy;
using Marketplace.Core.Catalog;

namespace Marketplace.Core.Access.Explain;

/// <summary>The line as it stands, in the environment that was called.</summary>
internal sealed record AskedLine
{
    public required Guid Id { get; init; }
    public required string Api { get; init; }
    public required string Title { get; init; }
    public required string Version { get; init; }
    public required string Team { get; init; }
    public required string BasePath { get; init; }
    public required Lifecycle Lifecycle { get; init; }
    public required DateTimeOffset? RetiredAt { get; init; }

    /// <summary>The actor is of its team, or reads everything.</summary>
    public required bool IsMine { get; init; }
    public required string Environment { get; init; }
    public required string Audience { get; init; }
    public required string? Server { get; init; }
    public ExplainedLine Shown => new(Api, Title, Version, Environment, Team, IsMine) { Audience = Audience };

    /// <summary>Nobody gets a token for a draft or a retired line, and no policy carries its grants.</summary>
    public bool CarriesGrants(DateTimeOffset at) => Lifecycle switch
    {
        Lifecycle.Draft => false,
        Lifecycle.Retired => at < RetiredAt,
        _ => true,
    };
}

/// <param name="IsMine">The actor is of its team, or reads everything.</param>
/// <param name="MayAsk">The actor is of its team: may ask for access and make credentials.</param>
internal sealed record AskedApplication(Guid Id, string ClientId, string Name, string Team, bool IsMine, bool MayAsk, DateTimeOffset? DisabledAt, DateTimeOffset? DeletedAt)
{
    public bool IsStopped(DateTimeOffset at) => DisabledAt <= at;

    public ExplainedApplication Shown => new(ClientId, Name, Team, IsMine, MayAsk);
}

/// <param name="SpentUntil">Its quota is used up until then.</param>
internal sealed record AskedGrant(
    Guid Id, DateTimeOffset GrantedAt, DateTimeOffset ValidFrom, DateTimeOffset ValidUntil, DateTimeOffset? EndedAt, GrantEnd? EndKind,
    DateTimeOffset? SuspendedAt, DateTimeOffset? SuspendedUntil, DateTimeOffset? EndSetAt, DateTimeOffset? SpentAt, DateTimeOffset? SpentUntil)
{
    /// <summary>Who suspended it and why, where that is over since: the row tells no longer.</summary>
    public (string By, string? Reason)? SuspendedThen { get; init; }

    /// <summary>Times are as policies say them: to the second, and what comes after that cut off.</summary>
    public bool IsSuspended(DateTimeOffset at) => SuspendedAt <= at && !(SuspendedUntil?.ToUnixTimeSeconds() <= at.ToUnixTimeSeconds());

    /// <summary>It would stand, or begin, but for the suspension.</summary>
    public bool IsHeld(DateTimeOffset at) => !(EndedAt <= at) && IsSuspended(at) && at.ToUnixTimeSeconds() < ValidUntil.ToUnixTimeSeconds();

    public bool Stands(DateTimeOffset at) =>
        !(EndedAt <= at) && !IsSuspended(at) && ValidFrom.ToUnixTimeSeconds() <= at.ToUnixTimeSeconds() && at.ToUnixTimeSeconds() < ValidUntil.ToUnixTimeSeconds();

    public bool IsSpent(DateTimeOffset at) => SpentAt <= at && at.ToUnixTimeSeconds() < SpentUntil?.ToUnixTimeSeconds();
}

/// <summary>Everything that the decision rests on.</summary>
internal sealed record CallFacts(AskedLine Line, AskedApplication Application, PastedToken? Token, bool Proven, OperationMatch Match, bool WasRemoved, List<AskedGrant> Grants);
