using Marketplace.Core.Catalog;

namespace Marketplace.Core.Access.Recertification;

/// <param name="Open">Items that nobody has answered; for whoever sees a part, of that part.</param>
public sealed record CampaignRow(
    long Number, string Name, CampaignScope Scope, Reviewers Reviewers, DateTimeOffset DueAt, string OpenedBy, DateTimeOffset OpenedAt,
    DateTimeOffset? EscalatedAt, DateTimeOffset? ClosedAt, string? ClosedBy, string? CloseReason, int? Unanswered, int Items, int Open)
{
    public int Answered => Gathered is null ? Items - Open : 0;

    /// <summary>How many of its grants are put together; null once all are, and it can be answered.</summary>
    public int? Gathered { get; init; }

    public bool IsOverdue(DateTimeOffset now) => ClosedAt is null && DueAt <= now;
}

/// <summary>What became of the items that the reader sees.</summary>
public sealed record CampaignProgress(int Items, int Open, int Kept, int Shortened, int Revoked, int Ended)
{
    public int Answered => Items - Open;

    /// <summary>How many fit; null where it was not counted so.</summary>
    internal int? Of(ItemFilter filter) => filter is { Use: null, Application: null } ? filter.Answered switch { null => Items, true => Answered, false => Open } : null;
}

/// <param name="MayAnswer">Some of what is open is the reader's to answer.</param>
/// <param name="SeesAll">The reader sees every item, and not just those of the own team's APIs.</param>
public sealed record CampaignDetails(CampaignRow Row, CampaignProgress Progress, bool MayAnswer, bool MayClose, bool MayExport, bool SeesAll);

/// <param name="Use">Of one of these words.</param>
/// <param name="Application">Of one application, by its client id.</param>
/// <param name="Answered">True for what is answered, false for what is open, null for both.</param>
public sealed record ItemFilter(bool? Answered = false, UseWord? Use = null, string? Application = null);

/// <param name="LastUsedAt">As it was known when the campaign was opened.</param>
/// <param name="UsedSince">It was used since: when last.</param>
/// <param name="GrantedBy">Everybody who approved, or the rule that did.</param>
/// <param name="Until">When it ends now.</param>
/// <param name="Suspended">Calls are refused at this moment.</param>
/// <param name="ShortenedTo">When it was made to end earlier: the day.</param>
/// <param name="IsOwn">The reader asked for it.</param>
/// <param name="MayAnswer">The reader may answer it, or take back that it was kept.</param>
public sealed record CampaignItemRow(
    Guid Grant, int Position, string ClientId, string Application, string TeamTitle, string Api, string ApiTitle, string Version, string Environment, Classification Classification,
    string Operation, string Method, string Path, UseWord Use, DateTimeOffset? LastUsedAt, DateTimeOffset? UsedSince, long Calls30, long Calls90,
    string? RequestedBy, long? RequestNumber, string GrantedBy, DateTimeOffset GrantedAt, DateTimeOffset Until, bool Suspended,
    ItemAnswer? Answer, bool ByUse, DateTimeOffset? ShortenedTo, string? Reason, string? AnsweredBy, DateTimeOffset? AnsweredAt, bool IsOwn, bool MayAnswer);
