using Marketplace.Contracts.Policy;
using Marketplace.ControlPlane.DataPlanes;
using Marketplace.ControlPlane.Pullers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Primitives;
using Npgsql;

namespace Marketplace.ControlPlane.Snapshots;

/// <summary>
/// Gives a data plane its policy: at once if it is another than the one it holds (<c>?after=</c>, else
/// <c>If-None-Match</c>), else it waits up to <c>?wait=</c> seconds for a newer one and then answers 304.
/// </summary>
internal sealed class SnapshotEndpoint(
    ControlState state, SnapshotCache snapshots, PullerAuthenticator pullers, Sightings sightings, TimeProvider clock, IHostApplicationLifetime host)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (state.Current is not { } directory)
        {
            context.Response.Headers.RetryAfter = "1";
            await RefuseAsync(context, 503, ReasonCode.PolicyUnavailable, "The control plane has not loaded the policy yet. Try again shortly.");
            return;
        }

        var (client, reason) = pullers.Authenticate(directory, context.Request.Headers.Authorization);
        if (client is null)
        {
            context.Response.Headers.WWWAuthenticate = reason == ReasonCode.TokenMissing
                ? "Bearer realm=\"control\"" : "Bearer realm=\"control\", error=\"invalid_token\"";
            await RefuseAsync(context, 401, reason!, $"Send a token for {ControlAddress.Audience}, issued by this marketplace.");
            return;
        }

        if (Locate(context, directory, client, out var refusal) is not { } key)
            await RefuseAsync(context, refusal.Status, refusal.Code, refusal.Detail);
        else if (TryReadWait(context.Request.Query["wait"], out var wait))
            await AnswerAsync(context, key, client, wait);
        else
            await RefuseAsync(context, 400, "wait_invalid", $"wait is a whole number of seconds from 0 to {ControlAddress.LongestWait}.");
    }

    private static SnapshotKey? Locate(HttpContext context, ControlDirectory directory, string client, out (int Status, string Code, string Detail) refusal)
    {
        var route = context.Request.RouteValues;
        var (api, version, environment) = ((string)route["api"]!, (string)route["version"]!, (string)route["environment"]!);
        var line = directory.Find(api, version);
        refusal = (404, "not_found", $"There is no API {api} {version} in an environment {environment}.");
        if (line is null || !directory.HasEnvironment(environment))
            return null;
        refusal = (403, "not_the_owner", $"Only applications of the team that owns {api} may pull its policy; {client} is not one of them.");
        return directory.TeamOf(client) == line.Team ? new SnapshotKey(line.Id, environment) : null;
    }

    private static bool TryReadWait(StringValues text, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        if (text.Count == 0)
            return true;
        if (!int.TryParse(text, System.Globalization.NumberStyles.None, null, out var seconds) || seconds > ControlAddress.LongestWait)
            return false;
        wait = TimeSpan.FromSeconds(seconds);
        return true;
    }

    private async Task AnswerAsync(HttpContext context, SnapshotKey key, string client, TimeSpan wait)
    {
        var slot = snapshots[key];
        var known = context.Request.Headers.IfNoneMatch.ToString();
        // A cache in between asks with the tags that it keeps; what the puller itself holds, the address says.
        var held = context.Request.Query["after"] is [{ Length: > 0 } after] ? $"\"{after}\"" : known;
        // Whoever waits must not hold up the host's end.
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, host.ApplicationStopping);
        try
        {
            if (SignedSnapshot.RevisionOf(held) is { } revision && await slot.GetAsync(ends.Token) is { } newest)
                sightings.Note(new DataPlaneKey(key, client, Instance(context)), revision, newest.Revision);
            var snapshot = await slot.WaitAsync(candidate => Names(held, candidate), held.Length == 0 ? TimeSpan.Zero : wait, clock, ends.Token);
            if (snapshot is null)
                await RefuseAsync(context, 404, "not_found", "There is no such API in this environment.");
            else
                await SendAsync(context, snapshot, Names(known, snapshot));
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            context.Response.Headers.RetryAfter = "1";
            await RefuseAsync(context, 503, ReasonCode.PolicyUnavailable, "This replica is stopping. Ask another one.");
        }
        catch (NpgsqlException)
        {
            context.Response.Headers.RetryAfter = "1";
            await RefuseAsync(context, 503, ReasonCode.PolicyUnavailable, "The database does not answer, and nobody has asked for this policy before.");
        }
    }

    private static string Instance(HttpContext context) =>
        context.Request.Headers[ControlAddress.InstanceHeader] is [{ Length: <= 64 } name] && ControlAddress.InstanceName(name) == name ? name : "";

    private static async Task SendAsync(HttpContext context, SignedSnapshot snapshot, bool isKnown)
    {
        var response = context.Response;
        var isCompressed = context.Request.GetTypedHeaders().AcceptEncoding.Any(encoding => encoding is { Value.Value: "gzip", Quality: not 0 });
        var representation = isCompressed ? snapshot.Compressed : snapshot.Plain;
        response.Headers.ETag = representation.ETag;
        // A cache in between may keep it and asks us, with the puller's own token, before each use (RFC 9111 §3.5, §5.2.2.4).
        response.Headers.CacheControl = "public, no-cache";
        response.Headers.Vary = "Accept-Encoding";
        if (isKnown)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        if (isCompressed)
            response.Headers.ContentEncoding = "gzip";
        response.ContentType = ControlAddress.MediaType;
        response.ContentLength = representation.Body.Length;
        await response.Body.WriteAsync(representation.Body, context.RequestAborted);
    }

    // RFC 9110 §13.1.2: a list of tags, compared weakly; ours have no comma.
    private static bool Names(string ifNoneMatch, SignedSnapshot snapshot)
    {
        foreach (var range in ifNoneMatch.AsSpan().Split(','))
        {
            var candidate = ifNoneMatch.AsSpan(range).Trim();
            if (snapshot.Has(candidate.StartsWith("W/", StringComparison.Ordinal) ? candidate[2..] : candidate))
                return true;
        }

        return false;
    }

    private static Task RefuseAsync(HttpContext context, int status, string code, string detail)
    {
        context.Response.StatusCode = status;
        var problem = new ProblemDetails { Status = status, Title = ReasonPhrases.GetReasonPhrase(status), Detail = detail, Extensions = { ["code"] = code } };
        return context.Response.WriteAsJsonAsync(problem, options: null, "application/problem+json", context.RequestAborted);
    }
}
