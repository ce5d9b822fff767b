using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;

namespace Marketplace.Core.Access.Recertification;

/// <summary>Rows as the statements of <see cref="CampaignReader"/> give them.</summary>
internal sealed record Named(
    long Number, string Name, string? Api, string? Version, string? ApiTeam, string? Application, string? ApplicationTeam, Classification? Classification, string? Environment,
    Reviewers Reviewers, DateTimeOffset DueAt, string OpenedBy, DateTimeOffset OpenedAt, DateTimeOffset? EscalatedAt, DateTimeOffset? ClosedAt, string? ClosedBy,
    string? CloseReason, int? Unanswered, int Items, int? Gathered, int Open)
{
    public CampaignRow Row => new(
        Number, Name, new(Api, Version, ApiTeam, Application, ApplicationTeam, Classification, Environment), Reviewers, DueAt, OpenedBy, OpenedAt, EscalatedAt, ClosedAt, ClosedBy,
        CloseReason, Unanswered, Items, Open) { Gathered = Gathered };
}

internal sealed record OpenItem(Guid CampaignId);

internal sealed record Wanted(int Position);

internal sealed record Counts(int Items, int Open, int Kept, int Shortened, int Revoked, int Ended, bool MayAnswer);

internal sealed record ItemRow(
    Guid Grant, int Position, string ClientId, string Application, string TeamTitle, string Api, string ApiTitle, string Version, string Environment, string Classification,
    string Operation, string Method, string Path, string Use, DateTimeOffset? LastUsedAt, DateTimeOffset? UsedSince, long Calls30, long Calls90,
    string? RequestedBy, long? RequestNumber, string GrantedBy, DateTimeOffset GrantedAt, DateTimeOffset Until, bool Suspended,
    string? Answer, bool ByUse, DateTimeOffset? ShortenedTo, string? Reason, string? AnsweredBy, DateTimeOffset? AnsweredAt, bool IsOwn, bool MayAnswer)
{
    public CampaignItemRow Row => new(
        Grant, Position, ClientId, Application, TeamTitle, Api, ApiTitle, Version, Environment, StoredEnum.FromWord<Classification>(Classification), Operation, Method, Path,
        StoredEnum.FromWord<UseWord>(Use), LastUsedAt, UsedSince, Calls30, Calls90, RequestedBy, RequestNumber, GrantedBy, GrantedAt, Until, Suspended,
        Answer is null ? null : StoredEnum.FromWord<ItemAnswer>(Answer), ByUse, ShortenedTo, Reason, AnsweredBy, AnsweredAt, IsOwn, MayAnswer);
}

/// <summary>Which items are asked for: only the conditions that hold, so that each has the index that fits.</summary>
internal static class ItemSql
{
    public static string Of(Actor actor, ItemFilter filter) =>
        "select i.position as \"Position\" from campaign_item i where i.campaign_id = @campaign"
        + filter.Answered switch { null => "", true => " and i.answer is not null", false => " and i.answer is null" }
        + (filter.Use is null ? "" : " and i.use = @use")
        + (filter.Application is null ? "" : " and i.application_id = (select id from application where client_id = @application)")
        + (actor.ReadsEverything ? "" : " and i.api_version_id in (select v.id from membership m join api a on a.team_id = m.team_id join api_version v on v.api_id = a.id where m.person_id = @actor)");
}
