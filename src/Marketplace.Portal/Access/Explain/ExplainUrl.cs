using Marketplace.Core.Access.Explain;
using Marketplace.Core.Access.Grants;
using Marketplace.Portal.Access.Emergencies;
using Marketplace.Portal.Access.Grants;
using Marketplace.Portal.Access.Grants.Renewal;

namespace Marketplace.Portal.Access.Explain;

/// <summary>Addresses that ask why, and those that an answer leads to. A token is in none of them.</summary>
internal static class ExplainUrl
{
    public const string Path = "/why";

    public static string Of(
        string? application = null, string? api = null, string? version = null, string? environment = null, string? method = null, string? path = null,
        string? operation = null, string? reason = null)
    {
        // What follows the path decides nothing, and may be what belongs in no address.
        var parts = new (string Name, string? Value)[]
        {
            ("application", application), ("api", api), ("version", version), ("environment", environment), ("method", method), ("path", path?.Split('?', '#')[0]), ("operation", operation), ("reason", reason),
        };
        var query = string.Join('&', parts.Where(p => !string.IsNullOrEmpty(p.Value)).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}"));
        return query.Length == 0 ? Path : $"{Path}?{query}";
    }

    /// <summary>What a button that leads there says.</summary>
    public static string Label(NextStep step, Explanation why) => step switch
    {
        NextStep.RequestAccess => why.Application?.MayAsk == true ? "Request access" : "Open the address",
        NextStep.TakeEmergencyAccess => "Take emergency access",
        NextStep.Renew => "Renew",
        NextStep.SeeRequest => "See the request",
        NextStep.SeeGrant => "See the grant",
        NextStep.SeePlans => "See what is used",
        NextStep.SeeEmergency => "See the emergency",
        NextStep.Resume => "Resume",
        NextStep.AskOwner => "Ask the owners",
        NextStep.SeeEndpoints => "See the endpoints",
        NextStep.SeeEnforcement => "See the data planes",
        NextStep.AddCredential => "Add a credential",
        NextStep.FetchToken => "See its credentials",
        _ => "See the application",
    };

    /// <summary>Null where there is nothing to go to.</summary>
    public static string? Of(NextStep step, Explanation why)
    {
        var line = why.Line is { } l ? $"/apis/{l.Api}/{l.Version}" : null;
        return step switch
        {
            NextStep.RequestAccess when line is not null && why.Endpoint is { } o && why.Application is { MayAsk: true } a =>
                $"{line}/request?operation={Uri.EscapeDataString(o.Key)}&application={Uri.EscapeDataString(a.ClientId)}&environment={Uri.EscapeDataString(why.Line!.Environment)}",
            NextStep.TakeEmergencyAccess when line is not null && why is { Endpoint: { } o, Application: { } a } =>
                $"{line}/emergency?operation={Uri.EscapeDataString(o.Key)}&application={Uri.EscapeDataString(a.ClientId)}&environment={Uri.EscapeDataString(why.Line!.Environment)}",
            // For somebody else to open, so it stands by itself.
            NextStep.RequestAccess when why is { Line: { } called, Endpoint: { } o, Application: { } a } =>
                $"/requests/refused?client={Uri.EscapeDataString(a.ClientId)}&api={called.Api}&version={called.Version}&environment={Uri.EscapeDataString(called.Environment)}&operation={Uri.EscapeDataString(o.Key)}",
            NextStep.Renew when why.Grant is { } grant => ScopeQuery.Url(RenewPages.Path, GrantScope.Of(grant.Id)),
            NextStep.AddCredential or NextStep.FetchToken when why.Application is { Open: true } a => $"/applications/{Uri.EscapeDataString(a.ClientId)}#credentials",
            NextStep.SeeRequest => $"/requests/{why.PendingRequest}",
            NextStep.SeeGrant or NextStep.SeePlans when why.Grant is { } grant => $"/grants/{grant.Id}",
            NextStep.SeeEmergency when why.Grant?.Emergency is { } emergency => $"{EmergencyPages.Path}/{emergency}",
            NextStep.Resume when why.Grant is { } grant => ScopeQuery.Url(EndGrantsPages.Path, GrantScope.Of(grant.Id)),
            NextStep.AskOwner when line is not null => $"{line}/questions",
            NextStep.SeeEndpoints => line,
            NextStep.SeeEnforcement when line is not null => $"{line}/enforcement?environment={Uri.EscapeDataString(why.Line!.Environment)}",
            NextStep.SeeApplication when why.Application is { Open: true } a => $"/applications/{Uri.EscapeDataString(a.ClientId)}",
            _ => null,
        };
    }
}
