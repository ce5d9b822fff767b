using Marketplace.Core.People;

namespace Marketplace.Core.Access.Grants;

/// <summary>
/// Which grants are meant: those that fit all that is named. At least one of grants, application, API or a team must be,
/// so that nobody ends everything by leaving a field empty.
/// </summary>
/// <param name="ClientId">Of one application.</param>
/// <param name="Api">Of one API.</param>
/// <param name="Version">Of one line of it.</param>
/// <param name="Environment">In one environment.</param>
/// <param name="ApplicationTeam">Of one team's applications.</param>
/// <param name="ApiTeam">Of one team's APIs.</param>
public sealed record GrantScope(
    string? ClientId = null, string? Api = null, string? Version = null, string? Environment = null, string? ApplicationTeam = null, string? ApiTeam = null)
{
    /// <summary>So many can be chosen one by one.</summary>
    public const int MostChosen = 1000;

    /// <summary>Chosen ones; none for all that fit the rest.</summary>
    public IReadOnlyList<Guid> Grants { get; init; } = [];

    public static GrantScope Of(params Guid[] grants) => new() { Grants = grants };

    internal Problem? Flaw => this switch
    {
        { Grants.Count: > MostChosen } => new("grants_too_many", $"Choose at most {MostChosen} grants, or a whole API or application.", "grants"),
        { Grants.Count: 0, ClientId: null, Api: null, ApplicationTeam: null, ApiTeam: null } =>
            new("scope_missing", "Say whose grants: choose some, or name an application, an API or a team.", "grants"),
        { Version: not null, Api: null } => new("scope_missing", "A version is one of an API: name the API too.", "api"),
        _ => null,
    };
}

internal static class GrantScopes
{
    public static IQueryable<Grant> In(this IQueryable<Grant> grants, GrantScope scope)
    {
        var chosen = scope.Grants.Distinct().ToArray();
        return grants.Where(g =>
            (chosen.Length == 0 || chosen.Contains(g.Id))
            && (scope.ClientId == null || g.Application!.ClientId == scope.ClientId)
            && (scope.Api == null || g.ApiVersion!.Api!.Name == scope.Api)
            && (scope.Version == null || g.ApiVersion!.Version == scope.Version)
            && (scope.Environment == null || g.Environment == scope.Environment)
            && (scope.ApplicationTeam == null || g.Application!.Team!.Name == scope.ApplicationTeam)
            && (scope.ApiTeam == null || g.ApiVersion!.Api!.Team!.Name == scope.ApiTeam));
    }

    /// <summary>Those that have not ended, suspended ones too.</summary>
    public static IQueryable<Grant> OpenAt(this IQueryable<Grant> grants, DateTimeOffset now) => grants.Where(g => g.EndedAt == null && g.ValidUntil > now);

    public static IQueryable<Grant> SuspendedAt(this IQueryable<Grant> grants, DateTimeOffset now) =>
        grants.Where(g => g.SuspendedAt != null && (g.SuspendedUntil == null || g.SuspendedUntil > now));

    /// <summary>The API's owners may end or suspend a grant, the application's own team may, a security officer may.</summary>
    public static IQueryable<Grant> EndableBy(this IQueryable<Grant> grants, Actor actor) =>
        actor.Role is PlatformRole.SecurityOfficer
            ? grants
            : grants.Where(g => g.ApiVersion!.Api!.Team!.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner)
                || g.Application!.Team!.Memberships.Any(m => m.PersonId == actor.Id));
}
