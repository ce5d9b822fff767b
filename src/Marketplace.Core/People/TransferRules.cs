using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.People;

/// <summary>What holds of whatever goes from team to team.</summary>
internal static class TransferRules
{
    private const int MaximumText = 2000;

    public static async Task<(Team? To, List<Problem> Problems)> OfferAsync(MarketplaceDb db, Guid from, string team, string note, Transfer? open, CancellationToken cancellation)
    {
        var (to, problems) = await TargetAsync(db, from, team, cancellation);
        if (note.Length > MaximumText)
            problems.Add(new("note_length", $"The note may have at most {MaximumText} characters.", "note"));
        if (open is not null)
            problems.Add(new("already_offered", $"It is offered to {open.ToTeam!.Title} already; take that back first."));
        return (to, problems);
    }

    /// <summary>By an administrator, without the receiving team.</summary>
    public static async Task<(Team? To, List<Problem> Problems)> MoveAsync(MarketplaceDb db, Actor actor, Guid from, string team, string reason, CancellationToken cancellation)
    {
        var (to, problems) = await TargetAsync(db, from, team, cancellation);
        if (to is not null && await db.Memberships.AnyAsync(m => m.TeamId == to.Id && m.PersonId == actor.Id, cancellation))
            problems.Add(new("own_transfer", "You are in that team: its access would be yours. Ask another administrator.", "team"));
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > MaximumText)
            problems.Add(new("reason_missing", $"Say why in at most {MaximumText} characters: both teams will read it.", "reason"));
        return (to, problems);
    }

    private static async Task<(Team? To, List<Problem> Problems)> TargetAsync(MarketplaceDb db, Guid from, string team, CancellationToken cancellation)
    {
        var to = await db.Teams.SingleOrDefaultAsync(t => t.Name == team.Trim(), cancellation);
        return to is null ? (null, [new("team_unknown", "There is no team of this name; write it as in the address of its page.", "team")])
            : to.Id == from ? (null, [new("team_same", $"{to.Title} has it already.", "team")])
            : (to, []);
    }
}
