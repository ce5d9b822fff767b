using Marketplace.Core.Audit;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access;

public sealed record AccessRequestInput(
    string ClientId, string Api, string Version, string Environment, IReadOnlyList<string> Operations, string Justification, DateTimeOffset Until);

/// <summary>An application's team asks for chosen operations; the API's owners find it in their inbox.</summary>
public sealed class SubmitAccessRequest(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public const int MaximumOperations = 1000;
    public const int MaximumDays = 366;
    private const int MinimumJustification = 10;
    private const int MaximumJustification = 2000;

    /// <returns>The request's number.</returns>
    public async Task<Outcome<long>> ExecuteAsync(Actor actor, AccessRequestInput input, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var now = clock.GetUtcNow();
        var problems = Check(input, now);
        await Held.LineAsync(db, input.Api, input.Version, cancellation);
        await Held.ApplicationAsync(db, input.ClientId, cancellation);

        var application = await db.Applications.WithMember(actor).SingleOrDefaultAsync(a => a.ClientId == input.ClientId, cancellation);
        if (application is null)
            problems.Add(new("application_unknown", "Choose an application of a team that you are a member of.", "application"));
        else if (application.DisabledAt is not null)
            problems.Add(new("application_disabled", "This application is disabled; enable it or choose another.", "application"));

        if (!await db.Environments.AnyAsync(e => e.Name == input.Environment, cancellation))
            problems.Add(new("environment_unknown", "Choose sandbox or production.", "environment"));

        var version = await db.ApiVersions.Include(v => v.Api).VisibleTo(actor)
            .SingleOrDefaultAsync(v => v.Api!.Name == input.Api && v.Version == input.Version, cancellation);
        if (version is null)
            return new Problem(Problem.NotFound, $"There is no {input.Api} {input.Version} in the catalog.", "api");
        if (version.Lifecycle is Lifecycle.Draft or Lifecycle.Retired)
            problems.Add(new("version_not_open", $"{input.Api} {input.Version} is {StoredEnum.ToWord(version.Lifecycle)}: only published lines can be requested.", "version"));

        var keys = input.Operations.Distinct(StringComparer.Ordinal).ToList();
        var operations = await db.Operations
            .Where(o => o.ApiVersionId == version.Id && o.RemovedIn == null && keys.Contains(o.Key)).ToListAsync(cancellation);
        var unknown = keys.Except(operations.Select(o => o.Key), StringComparer.Ordinal).ToList();
        if (unknown.Count > 0)
            problems.Add(new("operation_unknown", $"{input.Api} {input.Version} has no endpoint {string.Join(", ", unknown.Take(5))}.", "operations"));
        problems.AddRange(operations.Where(o => o.NotEnforceable is not null).Take(5).Select(o => new Problem(
            "operation_not_enforceable", $"{o.Key} cannot be granted: {o.NotEnforceable}.", "operations")));
        if (application is not null)
            problems.AddRange(await AlreadyAskedAsync(db, application.Id, input.Environment, operations, cancellation));
        if (problems.Count > 0)
            return problems;

        var request = new AccessRequest
        {
            ApplicationId = application!.Id,
            ApiVersionId = version.Id,
            Environment = input.Environment,
            Justification = input.Justification.Trim(),
            Until = input.Until.ToUniversalTime(),
            Status = RequestStatus.Pending,
            RequestedBy = actor.Id,
            RequestedAt = now,
        };
        request.Items.AddRange(operations.Select(o => new AccessRequestItem { AccessRequestId = request.Id, OperationId = o.Id }));
        db.Add(request);
        await db.SaveChangesAsync(cancellation);
        await AccessNews.TellOwnersAsync(db, now, actor, request, version, application, cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                "access_request.submitted", "access_request", request.Number.ToString(), $"request {request.Number}", request.Justification,
                new { application = application.ClientId, api = input.Api, version = input.Version, environment = input.Environment, operations = keys, until = request.Until }),
            cancellation);
        await transaction.CommitAsync(cancellation);
        return request.Number;
    }

    private static List<Problem> Check(AccessRequestInput input, DateTimeOffset now)
    {
        var problems = new List<Problem>();
        if (input.Operations.Count == 0)
            problems.Add(new("operations_missing", "Choose at least one endpoint.", "operations"));
        if (input.Operations.Count > MaximumOperations)
            problems.Add(new("operations_too_many", $"One request takes at most {MaximumOperations} endpoints; split it.", "operations"));
        if (input.Justification.Trim().Length is < MinimumJustification or > MaximumJustification)
            problems.Add(new("justification_length", $"Say why in {MinimumJustification} to {MaximumJustification} characters: the owner decides by it.", "justification"));
        if (input.Until <= now)
            problems.Add(new("until_past", "Choose an end date in the future.", "until"));
        else if (input.Until > now.AddDays(MaximumDays))
            problems.Add(new("until_too_far", $"Access lasts at most {MaximumDays} days; choose an earlier end date and renew it.", "until"));
        return problems;
    }

    private static async Task<List<Problem>> AlreadyAskedAsync(
        MarketplaceDb db, Guid applicationId, string environment, List<Operation> operations, CancellationToken cancellation)
    {
        var ids = operations.ConvertAll(o => o.Id);
        var pending = await db.AccessRequests
            .Where(r => r.ApplicationId == applicationId && r.Environment == environment && r.Status == RequestStatus.Pending)
            .SelectMany(r => r.Items, (r, i) => new { r.Number, i.OperationId, i.Decision, i.Operation!.Key })
            .Where(i => i.Decision == Decision.Pending && ids.Contains(i.OperationId))
            .OrderBy(i => i.Key).Take(5).ToListAsync(cancellation);
        return pending.ConvertAll(i => new Problem("already_requested", $"{i.Key} is already asked for in request {i.Number}.", "operations"));
    }
}
