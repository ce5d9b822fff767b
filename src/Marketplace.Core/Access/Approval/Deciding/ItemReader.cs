using Marketplace.Core.Access.Approval.Language;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Approval.Deciding;

/// <summary>The endpoints of a request: which approvals each has, which it lacks, who can give them, and why these.</summary>
internal static class ItemReader
{
    private const int MostNames = 10;

    public static async Task<(IReadOnlyList<AccessRequestItemRow> Items, IReadOnlyList<WaitingRole> Platform)> ReadAsync(
        MarketplaceDb db, Authority authority, Guid id, DateTimeOffset now, CancellationToken cancellation)
    {
        var request = await db.AccessRequests.AsNoTracking().Where(r => r.Id == id)
            .Include(r => r.Items).ThenInclude(i => i.Operation!.ApiVersion!.Api)
            .Include(r => r.Items).ThenInclude(i => i.Approvals)
            .Include(r => r.Items).ThenInclude(i => i.Routing)
            .Include(r => r.Items).ThenInclude(i => i.PlanLimits!.Plan)
            .AsSplitQuery().SingleAsync(cancellation);
        var seats = await Seats.OfAsync(db, authority, request, cancellation);
        var ids = request.Items.SelectMany(i => i.Approvals.SelectMany(a => new[] { a.PersonId, a.OnBehalfOf }).Append(i.DecidedBy)).OfType<Guid>().Distinct().ToArray();
        var names = await db.People.Where(p => ids.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.DisplayName, cancellation);
        var isOpen = request.Status == RequestStatus.Pending;
        var rows = request.Items
            .OrderBy(i => i.Operation!.ApiVersion!.Api!.Title, StringComparer.Ordinal).ThenBy(i => i.Operation!.ApiVersion!.Version, StringComparer.Ordinal)
            .ThenBy(i => i.Operation!.Path, StringComparer.Ordinal).ThenBy(i => i.Operation!.Method, StringComparer.Ordinal)
            .Select(i => Row(i, isOpen ? seats.Of(i) : null, names)).ToList();

        var platform = new List<WaitingRole>();
        foreach (var role in new[] { ApproverRole.SecurityOfficer, ApproverRole.Platform }.Where(role => isOpen && rows.Exists(r => r.WaitsFor(role))))
        {
            var holders = await ApprovalNews.HoldersAsync(db, role, now, cancellation);
            platform.Add(new(role, await db.People.Where(p => holders.Contains(p.Id) && p.Id != request.RequestedBy && p.DisabledAt == null)
                .OrderBy(p => p.DisplayName).Take(MostNames).Select(p => p.DisplayName).ToListAsync(cancellation)));
        }
        return (rows, platform);
    }

    private static AccessRequestItemRow Row(AccessRequestItem item, Seat? seat, Dictionary<Guid, string> names)
    {
        var (operation, line) = (item.Operation!, item.Operation!.ApiVersion!);
        var by = item.DecidedBy is { } person ? names.GetValueOrDefault(person)
            : item is { Decision: Decision.Approved, Routing: { } routing } ? ItemRouting.Approver(routing.Policy, routing.Rule) : null;
        return new(
            line.Api!.Name, line.Version, operation.Key, operation.Method, operation.Path, operation.Summary, operation.RemovedIn != null,
            item.Decision, item.Reason, by, item.DecidedAt, seat is not null)
        {
            Plan = item.PlanLimits is { } limits
                ? new(limits.Plan!.Name, limits.Plan.Title, limits.Revision, limits.Rate, limits.Per, limits.Burst, limits.Quota, limits.QuotaWindow, limits.MaximumDays)
                : null,
            Because = item.Routing?.Because,
            Seat = seat is null ? null : new(seat.Approval.Role, seat.OnBehalfOf?.Name),
            Approvals = [.. item.Approvals.OrderBy(a => a.Role).Select(a => new ItemApprovalRow(a.Role, a.Decision, Name(a.PersonId), Name(a.OnBehalfOf), a.Reason, a.At))],
        };

        string? Name(Guid? id) => id is { } known ? names.GetValueOrDefault(known) : null;
    }
}
