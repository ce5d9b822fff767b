using Marketplace.Core;
using Marketplace.Core.Access.Recertification;
using Marketplace.Core.Access.Recertification.Evidence;
using Marketplace.Core.Access.Recertification.Unused;
using Marketplace.Core.Data;

namespace Marketplace.Portal.Recertification;

public sealed record CampaignListModel(Page<CampaignRow> Page, bool MayOpen, DateTimeOffset Now);

/// <summary>What the person has filled in to open a campaign.</summary>
public sealed record CampaignForm(
    string Name, string Api, string Version, string ApiTeam, string Application, string ApplicationTeam, string Classification, string Environment, string Due, string Reviewers);

/// <param name="Reach">How much it would ask; null while nobody wanted to know.</param>
/// <param name="OwnApis">What owners may choose; empty for those who may choose anything.</param>
public sealed record NewCampaignModel(CampaignForm Form, CampaignReach? Reach, IReadOnlyList<string> OwnApis, DateOnly Today, IReadOnlyList<Problem> Problems);

/// <summary>Which items of a campaign are shown.</summary>
public sealed record ReviewFilter(string Show, UseWord? Use, string? Application, int Page)
{
    public const string Open = "open";
    public const string Answered = "answered";
    public const string All = "all";

    public ItemFilter Items => new(Show switch { Open => false, Answered => true, _ => null }, Use, Application);

    public string Query => string.Join('&', new[]
    {
        Show == Open ? null : $"show={Show}",
        Use is { } use ? $"use={StoredEnum.ToWord(use)}" : null,
        Application is null ? null : $"application={Uri.EscapeDataString(Application)}",
        Page > 1 ? $"page={Page}" : null,
    }.Where(part => part is not null));
}

/// <summary>What the reviewer has typed beside the choice.</summary>
public sealed record ReviewForm(string Reason, string Until, IReadOnlySet<Guid> Chosen)
{
    public static ReviewForm Empty { get; } = new("", "", new HashSet<Guid>());
}

/// <param name="Said">What was just done.</param>
public sealed record ReviewModel(
    CampaignDetails Details, Page<CampaignItemRow> Items, ReviewFilter Filter, ReviewForm Form, IReadOnlyList<PastExport> Exports, string? CloseReason, string? Said,
    DateTimeOffset Now, IReadOnlyList<Problem> Problems)
{
    public string Url => $"/recertification/{Details.Row.Number}";

    public string UrlOf(ReviewFilter filter) => filter.Query.Length == 0 ? Url : $"{Url}?{filter.Query}";

    public bool MayAnswer => Items.Items.Any(i => i is { MayAnswer: true, Answer: null });

    public bool MayReopen => Items.Items.Any(i => i is { MayAnswer: true, Answer: not null });
}

public sealed record UnusedModel(
    Page<UnusedRow> Page, UnusedFilter Filter, IReadOnlyList<UnusedEndpoint> Endpoints, string Reason, string Days, IReadOnlyList<Problem> Problems)
{
    /// <summary>One application's access to one line in one environment: its endpoints are shown.</summary>
    public bool IsOne => Filter is { Api: not null, Version: not null, Application: not null, Environment: not null };

    public static string UrlOf(UnusedFilter filter)
    {
        (string Name, string? Value)[] parts =
            [("api", filter.Api), ("version", filter.Version), ("application", filter.Application), ("environment", filter.Environment), ("unknown", filter.Unknown ? "true" : null)];
        var query = string.Join('&', parts.Where(p => p.Value is not null).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}"));
        return query.Length == 0 ? "/recertification/unused" : $"/recertification/unused?{query}";
    }

    public string PageUrl(int page) => $"{UrlOf(Filter)}{(UrlOf(Filter).Contains('?', StringComparison.Ordinal) ? '&' : '?')}page={page}";
}

public sealed record NarrowingModel(NarrowingDetails Details, string Reason, IReadOnlyList<Problem> Problems);
