using Marketplace.Contracts.Policy;
using Marketplace.ControlPlane.Refusals;
using Marketplace.ControlPlane.Snapshots;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace Marketplace.ControlPlane.Pullers;

/// <summary>An application that speaks to the control plane, and the directory that knew it.</summary>
/// <param name="Environment">The only one that its credential is for; null for every one.</param>
internal sealed record Caller(ControlDirectory Directory, string ClientId, string? Environment = null)
{
    public bool IsOfTeam(Line line) => Directory.TeamOf(ClientId) == line.Team;
}

/// <summary>A line in one environment, as an address names it.</summary>
internal sealed record Place(Line Line, string Api, string Version, string Environment)
{
    public SnapshotKey Key => new(Line.Id, Environment);
}

/// <summary>What every address of the control plane asks first: who is it, and of what does it speak. Who does not pass has been answered.</summary>
internal sealed class ControlDoor(ControlState state, PullerAuthenticator pullers)
{
    /// <summary>Null when it was refused.</summary>
    public async Task<Caller?> EnterAsync(HttpContext context)
    {
        if (state.Current is not { } directory)
        {
            await BusyAsync(context, "The control plane has not loaded the policy yet. Try again shortly.");
            return null;
        }

        var (client, environment, reason) = pullers.Authenticate(directory, context.Request.Headers.Authorization);
        if (client is not null)
        {
            var caller = new Caller(directory, client, environment);
            context.Features.Set(caller);
            return caller;
        }

        context.Response.Headers.WWWAuthenticate = reason == ReasonCode.TokenMissing
            ? "Bearer realm=\"control\"" : "Bearer realm=\"control\", error=\"invalid_token\"";
        await RefuseAsync(context, 401, reason!, $"Send a token for {ControlAddress.Audience}, issued by this marketplace.");
        return null;
    }

    /// <summary>Whether the token may speak of an environment; where it may not, it was refused.</summary>
    public static async Task<bool> IsForAsync(HttpContext context, Caller caller, string environment)
    {
        if (caller.Environment is not { } only || only == environment)
            return true;
        await RefuseAsync(context, 403, ReasonCode.TokenEnvironment, $"This token came of a credential for {only} alone.");
        return false;
    }

    /// <summary>Which line the address names; null when there is none, and it was refused.</summary>
    public static async Task<Place?> LocateAsync(HttpContext context, Caller caller)
    {
        var route = context.Request.RouteValues;
        var (api, version, environment) = ((string)route["api"]!, (string)route["version"]!, (string)route["environment"]!);
        if (!await IsForAsync(context, caller, environment))
            return null;
        if (caller.Directory.Find(api, version) is { } line && caller.Directory.HasEnvironment(environment))
            return new Place(line, api, version, environment);
        await RefuseAsync(context, 404, "not_found", $"There is no API {api} {version} in an environment {environment}.");
        return null;
    }

    public static Task BusyAsync(HttpContext context, string detail)
    {
        context.Response.Headers.RetryAfter = "1";
        return RefuseAsync(context, 503, ReasonCode.PolicyUnavailable, detail);
    }

    public static Task RefuseAsync(HttpContext context, int status, string code, string detail)
    {
        context.Response.StatusCode = status;
        context.Features.Set(new Refused(status, code, detail));
        var problem = new ProblemDetails { Status = status, Title = ReasonPhrases.GetReasonPhrase(status), Detail = detail, Extensions = { ["code"] = code } };
        return context.Response.WriteAsJsonAsync(problem, options: null, "application/problem+json", context.RequestAborted);
    }
}
