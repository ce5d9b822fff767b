using System.Text.Json;
using Marketplace.Contracts.Discovery;
using Marketplace.Contracts.Policy;
using Marketplace.ControlPlane.Pullers;
using Marketplace.ControlPlane.Snapshots;
using Marketplace.Jose;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Marketplace.ControlPlane.Discovery;

/// <summary>Instances come, renew and leave; who may call them reads where they are.</summary>
internal sealed class InstanceEndpoints(
    ControlDoor door, Leases leases, LeaseWriter writer, InstanceLists lists, InstanceReaders readers, SnapshotAnswer answer, ControlPlaneOptions options)
{
    private readonly bool allowLoopback = new Uri(options.Issuer).IsLoopback;

    public async Task ListAsync(HttpContext context)
    {
        if (await door.EnterAsync(context) is not { } caller || await ControlDoor.LocateAsync(context, caller) is not { } place)
            return;
        try
        {
            if (!caller.IsOfTeam(place.Line) && !await readers.IncludeAsync(place.Key, caller.ClientId, context.RequestAborted))
            {
                await ControlDoor.RefuseAsync(context, 403, "not_a_caller",
                    $"Only applications that may call {place.Api} {place.Version} in {place.Environment}, and those of its team, may know where it runs. Request access first.");
                return;
            }
        }
        catch (NpgsqlException)
        {
            await ControlDoor.BusyAsync(context, "The database does not answer, and nobody has asked for this before.");
            return;
        }

        await answer.GiveAsync(context, lists[place.Key]);
    }

    public async Task PutAsync(HttpContext context)
    {
        if (await KeyAsync(context) is not { } key || await ReadAsync(context) is not { } registration)
            return;
        if (leases.Put(key, registration) is { } full)
        {
            context.Response.Headers.RetryAfter = "5";
            await ControlDoor.RefuseAsync(context, 429, full.Code, full.Detail);
        }
        else if (!writer.Reaches)
        {
            await ControlDoor.BusyAsync(context, "It is noted here, but the database does not answer: other replicas do not know it. Try another one.");
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }

    public async Task DeleteAsync(HttpContext context)
    {
        if (await KeyAsync(context) is not { } key)
            return;
        if (leases.Leave(key))
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        else
            await ControlDoor.RefuseAsync(context, 429, "too_many_changes", "This application changes its instances too often. Let its lease end.");
    }

    private async Task<InstanceKey?> KeyAsync(HttpContext context)
    {
        if (await door.EnterAsync(context) is not { } caller || await ControlDoor.LocateAsync(context, caller) is not { } place)
            return null;
        var name = (string)context.Request.RouteValues["instance"]!;
        if (!caller.IsOfTeam(place.Line))
        {
            await ControlDoor.RefuseAsync(context, 403, "not_the_owner",
                $"Only applications of the team that owns {place.Api} may register its instances; {caller.ClientId} is not one of them.");
            return null;
        }

        if (ControlAddress.InstanceName(name) == name)
            return new InstanceKey(place.Key, caller.ClientId, name);
        await ControlDoor.RefuseAsync(context, 400, "instance_invalid", "An instance's name is 1 to 64 letters, digits, dots, colons, hyphens and underscores.");
        return null;
    }

    private async Task<InstanceRegistration?> ReadAsync(HttpContext context)
    {
        var body = new byte[InstanceRegistration.LongestBody + 1];
        var length = context.Request.ContentLength > InstanceRegistration.LongestBody
            ? body.Length : await context.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, context.RequestAborted);
        if (length == body.Length)
        {
            await ControlDoor.RefuseAsync(context, 413, "registration_too_large", $"A registration has at most {InstanceRegistration.LongestBody} bytes.");
            return null;
        }

        var registration = Parse(body.AsMemory(0, length));
        if (registration is null)
            await ControlDoor.RefuseAsync(context, 400, "registration_malformed", "Send a JSON object with url, and optionally zone, version, weight, share, state and lease.");
        else if (registration.Problem(allowLoopback) is { } problem)
            await ControlDoor.RefuseAsync(context, 400, problem.Code, problem.Detail);
        else
            return registration;
        return null;
    }

    private static InstanceRegistration? Parse(ReadOnlyMemory<byte> body)
    {
        if (!StrictJson.TryParseObject(body, out var json))
            return null;
        using (json)
        {
            try
            {
                return json.Deserialize(DiscoveryJson.Default.InstanceRegistration);
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }
}
