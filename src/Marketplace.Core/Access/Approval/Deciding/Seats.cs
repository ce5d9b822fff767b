using Marketplace.Core.Data;

namespace Marketplace.Core.Access.Approval.Deciding;

/// <summary>What of a request the actor can decide, and as whom. As it was before anything was decided.</summary>
internal sealed class Seats
{
    private readonly Dictionary<Guid, Seat> _seats;
    private readonly HashSet<Guid> _concerned;

    private Seats(Dictionary<Guid, Seat> seats, HashSet<Guid> concerned) => (_seats, _concerned) = (seats, concerned);

    /// <param name="request">With items, their approvals, and their APIs.</param>
    public static async Task<Seats> OfAsync(MarketplaceDb db, Authority authority, AccessRequest request, CancellationToken cancellation)
    {
        var teams = await TeamOwners.OfAsync(db, authority, [.. request.Items.Select(TeamOf).Distinct()], cancellation);
        var seats = new Dictionary<Guid, Seat>();
        var concerned = new HashSet<Guid>();
        foreach (var item in request.Items)
        {
            var team = teams.GetValueOrDefault(TeamOf(item), TeamOwners.None);
            if (authority.SeatOf(item, request.RequestedBy, team) is { } seat)
                seats.Add(item.Id, seat);
            if (authority.Concerns(item, team))
                concerned.Add(item.Id);
        }
        return new(seats, concerned);
    }

    public Seat? Of(AccessRequestItem item) => _seats.GetValueOrDefault(item.Id);

    /// <summary>It is, or was, the actor's to decide.</summary>
    public bool Concern(AccessRequestItem item) => _concerned.Contains(item.Id);

    private static Guid TeamOf(AccessRequestItem item) => item.Operation!.ApiVersion!.Api!.TeamId;
}
