using Marketplace.Core;
using Marketplace.Core.Access.Emergencies;
using Marketplace.Core.Applications;
using Marketplace.Core.Data;

namespace Marketplace.Portal.Access.Emergencies;

/// <summary>What the person has filled in so far.</summary>
public sealed record EmergencyForm(
    IReadOnlyList<string> Operations, string? Application, string? Environment, string? Reason, string? Incident, string? Hours, string? Find);

public sealed record TakeEmergencyModel(
    AskedLine Line, EmergencyForm Form, IReadOnlyList<AskedEndpoint> Chosen, IReadOnlyList<AskedEndpoint> Found, int FoundInAll,
    IReadOnlyList<ApplicationRow> Applications, int? Policy, IReadOnlyList<EmergencyTerms> Terms, IReadOnlyList<Problem> Problems)
{
    public string LineUrl => $"/apis/{Line.Api}/{Line.Version}";

    public string Url => LineUrl + "/emergency";

    /// <summary>Where something may be taken.</summary>
    public IReadOnlyList<EmergencyTerms> Permitted => [.. Terms.Where(t => t.Hours is not null)];

    public int MostHours => Permitted.Max(t => t.Hours)!.Value;

    /// <summary>Asking in the ordinary way for the same.</summary>
    public string RequestUrl => $"{LineUrl}/request?{string.Join('&', Form.Operations.Select(o => $"operation={Uri.EscapeDataString(o)}"))}";
}

public sealed record EmergencyListModel(Page<EmergencyRow> Page, EmergencyFilter Filter, DateTimeOffset Now)
{
    public static string UrlOf(EmergencyFilter filter)
    {
        (string Name, string? Value)[] parts = [("state", filter.State is { } state ? StoredEnum.ToWord(state) : null), ("application", filter.ClientId), ("api", filter.Api)];
        var query = string.Join('&', parts.Where(p => p.Value is not null).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}"));
        return query.Length == 0 ? EmergencyPages.Path : $"{EmergencyPages.Path}?{query}";
    }

    public string PageUrl(int page) => $"{UrlOf(Filter)}{(UrlOf(Filter).Contains('?', StringComparison.Ordinal) ? '&' : '?')}page={page}";
}

/// <param name="Reason">Why it is to be ended, as typed.</param>
/// <param name="Text">The review as typed.</param>
public sealed record EmergencyModel(EmergencyDetails Details, string? Reason, string? Outcome, string? Text, IReadOnlyList<Problem> Problems)
{
    public string Url => $"{EmergencyPages.Path}/{Details.Row.Number}";
}
