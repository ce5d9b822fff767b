namespace Marketplace.Contracts.Rest;

/// <summary>What an API offers under a name.</summary>
/// <param name="Name">Its name in addresses and requests; it stays.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Description">Whom it is for.</param>
/// <param name="Environments">Where it is offered.</param>
/// <param name="Tags">For endpoints with one of these tags alone; empty for all.</param>
/// <param name="IsDefault">What whoever chooses none gets.</param>
/// <param name="ArchivedAt">Since when it is offered no more.</param>
/// <param name="Revision">Which limits these are, from 1; other limits are another revision.</param>
/// <param name="Limits">What its grants are given.</param>
/// <param name="Grants">That stand and carry the plan.</param>
/// <param name="Outdated">Those of them with older limits.</param>
public sealed record PlanBody(
    string Name, string Title, string Description, IReadOnlyList<string> Environments, IReadOnlyList<string> Tags, bool IsDefault, DateTimeOffset? ArchivedAt,
    int Revision, PlanLimitsBody Limits, int Grants, int Outdated);

/// <summary>What one application may spend at one version in one environment; what is null is not limited.</summary>
/// <param name="Rate">So many calls per <paramref name="Per"/>.</param>
/// <param name="Per">Seconds: 1 or 60.</param>
/// <param name="Burst">So many at once; the rate where none is said.</param>
/// <param name="Quota">So many calls per <paramref name="Window"/>.</param>
/// <param name="Window"><c>day</c> or <c>month</c>, of the calendar and in UTC.</param>
/// <param name="MaximumDays">So many days a grant may last.</param>
public sealed record PlanLimitsBody(long? Rate = null, int? Per = null, long? Burst = null, long? Quota = null, string? Window = null, int? MaximumDays = null);

/// <summary>A plan, written or written again.</summary>
/// <param name="Title">What people call it.</param>
/// <param name="Environments">Where it is offered.</param>
/// <param name="Limits">What its grants are given.</param>
/// <param name="Description">Whom it is for.</param>
/// <param name="Tags">For endpoints with one of these tags alone; none for all.</param>
/// <param name="IsDefault">What whoever chooses none gets; the default until now is none any more.</param>
/// <param name="Revision">What a change is based on; another one by now is a conflict. Left out, any is written over.</param>
public sealed record PlanTextBody(
    string Title, IReadOnlyList<string> Environments, PlanLimitsBody Limits, string Description = "", IReadOnlyList<string>? Tags = null, bool IsDefault = false, int? Revision = null);

/// <summary>Whether a plan is offered no more.</summary>
/// <param name="Archived">True: grants that carry it stand, and nobody gets another.</param>
public sealed record PlanArchivalBody(bool Archived);

/// <summary>Gives every grant of a plan its newest limits.</summary>
/// <param name="Grants">As many as <c>outdated</c> says; another number by now is a conflict.</param>
public sealed record PlanApplicationBody(int Grants);

/// <summary>What that did.</summary>
/// <param name="Revision">Of the limits that all carry now.</param>
/// <param name="Grants">How many had older ones.</param>
/// <param name="Applications">Of how many applications.</param>
public sealed record AppliedPlanBody(int Revision, int Grants, int Applications);

/// <summary>The limits that a grant carries.</summary>
/// <param name="Name">The plan.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Revision">Which of its limits.</param>
/// <param name="Limits">What they are, whatever the plan offers by now.</param>
public sealed record GrantPlanBody(string Name, string Title, int Revision, PlanLimitsBody Limits);

/// <summary>What an application has used under one plan, over all data planes.</summary>
/// <param name="Application">Client id.</param>
/// <param name="Api">The API.</param>
/// <param name="Version">Its version.</param>
/// <param name="Environment">The environment.</param>
/// <param name="Plan">The limits.</param>
/// <param name="Grants">That stand with them.</param>
/// <param name="Calls">In this day or month, as of <paramref name="CountedAt"/>.</param>
/// <param name="Until">When it ends; null where nothing was called in it.</param>
/// <param name="CountedAt">When calls were added up.</param>
/// <param name="SpentAt">When the quota was found used up; its calls are refused until <paramref name="Until"/>.</param>
public sealed record PlanUseBody(
    string Application, string Api, string Version, string Environment, GrantPlanBody Plan, int Grants, long Calls, DateTimeOffset? Until, DateTimeOffset? CountedAt, DateTimeOffset? SpentAt);
