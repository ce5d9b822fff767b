using Marketplace.Core;
using Marketplace.Core.Access.Plans;
using Marketplace.Core.Access.Requests.Templates;
using Marketplace.Core.Applications;
using Marketplace.Core.Catalog;
using Marketplace.Portal.Access.Requests;

namespace Marketplace.Portal.Access;

public sealed record AskedEndpoint(string Key, string Method, string Path, string Summary);

/// <summary>The line that is asked for, and whom the request goes to.</summary>
public sealed record AskedLine(string Api, string Title, string Version, string Team, bool Open, Classification Classification);

/// <summary>What the person has filled in so far; it survives every error and every endpoint added or removed.</summary>
public sealed record NewRequestForm(
    IReadOnlyList<string> Operations, string? Application, string? Environment, string? Justification, string? Until, string? Find)
{
    /// <summary>A plan's name; null or empty for the usual one.</summary>
    public string? Plan { get; init; }
}

public sealed record NewRequestModel(
    AskedLine Line, NewRequestForm Form, IReadOnlyList<AskedEndpoint> Chosen, IReadOnlyList<AskedEndpoint> Found, int FoundInAll,
    IReadOnlyList<ApplicationRow> Applications, DateBounds Bounds, IReadOnlyList<TemplateRow> Templates, IReadOnlyList<Problem> Problems)
{
    /// <summary>What the API offers, wherever.</summary>
    public IReadOnlyList<PlanRow> Plans { get; init; } = [];

    /// <summary>The plan that is chosen, or that whoever chooses none gets in this environment.</summary>
    public PlanRow? Plan => Plans.FirstOrDefault(p => p.Name == Form.Plan) ?? Plans.OrderByDescending(p => p.IsDefault).FirstOrDefault(p => p.Environments.Contains(Form.Environment));

    public string Url => $"/apis/{Line.Api}/{Line.Version}/request";

    /// <summary>This page with what is chosen, to come back to.</summary>
    public string Here => Chosen.Count == 0 ? Url : $"{Url}?{string.Join('&', Chosen.Select(o => $"operation={Uri.EscapeDataString(o.Key)}"))}";
}
