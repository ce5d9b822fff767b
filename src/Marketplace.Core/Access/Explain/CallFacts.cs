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
    public ExplainedLine Shown => new(Api, Title, Version, Environment, Team, IsMine);

    /// <summary>Nobody gets a token for a draft or a retired line, and no policy carries its grants.</summary>
    public bool CarriesGrants(DateTimeOffset at) => Lifecycle switch
    {
        Lifecycle.Draft => false,
        Lifecycle.Retired => at < RetiredAt,
        _ => true,
    };
}

/// <param name="IsMine">The actor is of its team, or reads everything.</param>
internal sealed record AskedApplication(Guid Id, string ClientId, string Name, string Team, bool IsMine, DateTimeOffset? DisabledAt, DateTimeOffset? DeletedAt)
{
    public bool IsStopped(DateTimeOffset at) => DisabledAt <= at;
}

/// <param name="SpentUntil">Its quota is used up until then.</param>
internal sealed record AskedGrant(
    Guid Id, DateTimeOffset GrantedAt, DateTimeOffset ValidFrom, DateTimeOffset ValidUntil, DateTimeOffset? EndedAt, GrantEnd? EndKind,
    DateTimeOffset? SuspendedAt, DateTimeOffset? SuspendedUntil, DateTimeOffset? EndSetAt, DateTimeOffset? SpentAt, DateTimeOffset? SpentUntil)
{
    public bool IsSuspended(DateTimeOffset at) => SuspendedAt <= at && !(SuspendedUntil <= at);

    /// <summary>As policies say it, to the second.</summary>
    public bool Stands(DateTimeOffset at) =>
        !(EndedAt <= at) && !IsSuspended(at) && ValidFrom.ToUnixTimeSeconds() <= at.ToUnixTimeSeconds() && at.ToUnixTimeSeconds() < ValidUntil.ToUnixTimeSeconds();

    public bool IsSpent(DateTimeOffset at) => SpentAt <= at && at < SpentUntil;
}

/// <summary>Everything that the decision rests on.</summary>
internal sealed record CallFacts(AskedLine Line, AskedApplication Application, PastedToken? Token, bool Proven, OperationMatch Match, bool WasRemoved, List<AskedGrant> Grants);
