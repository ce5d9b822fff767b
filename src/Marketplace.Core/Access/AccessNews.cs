using Marketplace.Core.Applications;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;

namespace Marketplace.Core.Access;

/// <summary>What the two sides of a request tell each other.</summary>
internal static class AccessNews
{
    /// <summary>The owners of the API: the request waits for one of them.</summary>
    public static Task TellOwnersAsync(
        MarketplaceDb db, DateTimeOffset now, Actor actor, AccessRequest request, ApiVersion line, Application application, CancellationToken cancellation) =>
        Inbox.TellAsync(
            db, now, actor,
            new(
                NotificationKind.AccessRequested, $"{application.Name} asks for {Endpoints(request.Items.Count)} of {line.Api!.Title} {line.Version}",
                $"In {request.Environment}, until {request.Until:yyyy-MM-dd}.\n{request.Justification}", LinkTo(request)),
            new() { OwnersOfTeams = [line.Api.TeamId] }, cancellation);

    /// <summary>Whoever asked, and the team of the application.</summary>
    public static Task TellDecidedAsync(
        MarketplaceDb db, DateTimeOffset now, Actor actor, AccessRequest request, IReadOnlyList<AccessRequestItem> decided, CancellationToken cancellation)
    {
        var denied = decided.Where(i => i.Decision is Decision.Denied).ToList();
        var line = $"{request.ApiVersion!.Api!.Title} {request.ApiVersion.Version}";
        var outcome = (decided.Count - denied.Count, denied.Count) switch
        {
            (var approved, 0) => $"may call {Endpoints(approved)} of {line}",
            (0, var all) => $"was denied {Endpoints(all)} of {line}",
            var (approved, some) => $"may call {Endpoints(approved)} of {line}, and was denied {some}",
        };
        var reasons = denied.Select(i => i.Reason).Distinct(StringComparer.Ordinal).Take(5).Select(reason => $"\nWhy not: {reason}");
        return Inbox.TellAsync(
            db, now, actor,
            new(
                NotificationKind.AccessDecided, $"{request.Application!.Name} {outcome}",
                $"Request {request.Number}, in {request.Environment}, until {request.Until:yyyy-MM-dd}.{string.Concat(reasons)}", LinkTo(request)),
            new() { People = [request.RequestedBy], Teams = [request.Application.TeamId] }, cancellation);
    }

    /// <summary>The team that loses access, and the owners of the API when it was not them who ended it.</summary>
    public static Task TellRevokedAsync(MarketplaceDb db, DateTimeOffset now, Actor actor, Grant grant, CancellationToken cancellation)
    {
        var (operation, line) = (grant.Operation!, grant.Operation!.ApiVersion!);
        return Inbox.TellAsync(
            db, now, actor,
            new(
                NotificationKind.GrantRevoked, $"{grant.Application!.Name} may no longer call {operation.Method} {operation.Path} of {line.Api!.Title} {line.Version}",
                $"Its grant in {grant.Environment} was revoked: calls are refused from now on.\nWhy: {grant.EndReason}", $"/grants/{grant.Id}"),
            new() { Teams = [grant.Application.TeamId], OwnersOfTeams = [line.Api.TeamId] }, cancellation);
    }

    private static string LinkTo(AccessRequest request) => $"/requests/{request.Number}";

    private static string Endpoints(int count) => count == 1 ? "1 endpoint" : $"{count:N0} endpoints";
}
