using Marketplace.Core.People;

namespace Marketplace.Core.Catalog;

/// <summary>A draft is its team's own; everything else is for every signed-in person.</summary>
public static class Visibility
{
    /// <summary>An API with nothing but drafts is as unknown as they are.</summary>
    public static IQueryable<Api> VisibleTo(this IQueryable<Api> apis, Actor actor) =>
        actor.ReadsEverything
            ? apis
            : apis.Where(a => a.Versions.Any(v => v.Lifecycle != Lifecycle.Draft) || a.Team!.Memberships.Any(m => m.PersonId == actor.Id));

    public static IQueryable<ApiVersion> VisibleTo(this IQueryable<ApiVersion> versions, Actor actor) =>
        actor.ReadsEverything
            ? versions
            : versions.Where(v => v.Lifecycle != Lifecycle.Draft || v.Api!.Team!.Memberships.Any(m => m.PersonId == actor.Id));
}
