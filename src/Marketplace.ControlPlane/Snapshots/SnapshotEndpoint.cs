using Marketplace.Contracts.Policy;
using Marketplace.ControlPlane.DataPlanes;
using Marketplace.ControlPlane.Pullers;
using Microsoft.AspNetCore.Http;

namespace Marketplace.ControlPlane.Snapshots;

/// <summary>Gives a data plane its policy, as <see cref="SnapshotAnswer"/> says.</summary>
internal sealed class SnapshotEndpoint(ControlDoor door, SnapshotCache snapshots, SnapshotAnswer answer, Sightings sightings, NewerElsewhere newer)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (await door.EnterAsync(context) is not { } caller || await ControlDoor.LocateAsync(context, caller) is not { } place)
            return;
        if (!caller.IsOfTeam(place.Line))
        {
            await ControlDoor.RefuseAsync(context, 403, "not_the_owner",
                $"Only applications of the team that owns {place.Api} may pull its policy; {caller.ClientId} is not one of them.");
            return;
        }

        var slot = snapshots[place.Key];
        await answer.GiveAsync(context, slot, async (held, cancellation) =>
        {
            if (held is not { } revision || await slot.GetAsync(cancellation) is not { } newest)
                return;
            sightings.Note(new DataPlaneKey(place.Key, caller.ClientId, Instance(context)), revision, newest.Revision);
            newer.Note(place.Key, caller.ClientId, revision, newest.Revision);
        });
    }

    private static string Instance(HttpContext context) =>
        context.Request.Headers[ControlAddress.InstanceHeader] is [{ Length: <= 64 } name] && ControlAddress.InstanceName(name) == name ? name : "";
}
