using Marketplace.Core.Access.Approval;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Policy.Shadow;

/// <param name="BeganAt">Null while it waits for a security officer.</param>
/// <param name="AllowedBy">The security officer, where one's word was needed.</param>
public sealed record ShadowState(
    ShadowStanding Standing, DateTimeOffset Until, string Reason, DateTimeOffset AskedAt, string AskedBy, DateTimeOffset? BeganAt, string? AllowedBy);

/// <summary>Calls of one day (UTC): how many there were, and how many of them needed no shadow mode.</summary>
public sealed record ShadowDay(DateTimeOffset Day, long Calls, long Allowed);

/// <param name="State">Null where nobody began it.</param>
/// <param name="MayChange">The reader may begin and end it.</param>
/// <param name="NeedsOfficer">A security officer's word is needed to begin it.</param>
/// <param name="Calls">Of the last 24 hours, those that were refused left out.</param>
/// <param name="CutOff">Which of them would be refused by the grants of now.</param>
/// <param name="Days">The last 14 days on which there were calls.</param>
public sealed record ShadowView(
    Guid Line, ShadowState? State, bool MayChange, bool NeedsOfficer, long Calls, CutOff CutOff, IReadOnlyList<ShadowDay> Days)
{
    public bool IsOn => State?.Standing is ShadowStanding.On;

    /// <summary>The share of calls that would pass, rounded so that it is 100 only where all would; null where there were none.</summary>
    public double? Passing => Calls == 0 ? null
        : CutOff.IsNothing ? 100
        : Math.Clamp(Math.Floor((Calls - CutOff.Calls - CutOff.WithoutToken) * 1000.0 / Calls) / 10, 0, 99.9);
}

/// <summary>A line that lets everything through now, or waits for a security officer.</summary>
public sealed record ShadowLine(
    string Api, string Title, string Version, string Environment, string Team, string TeamTitle, Classification Classification,
    ShadowStanding Standing, DateTimeOffset Until, string Reason, string AskedBy);

/// <summary>A line that lets an application through, whatever becomes of its grants.</summary>
public sealed record ShadowPassage(string Api, string Title, string Version, string Environment, DateTimeOffset Until);

/// <summary>What a line does with what is not granted, for its team and those who read everything.</summary>
public sealed class ShadowReader(IDbContextFactory<MarketplaceDb> databases, ApprovalMemory memory, TimeProvider clock)
{
    private const int DaysShown = 14;

    /// <summary>More kinds of calls than this are added up once a while for all who look.</summary>
    private const int MostAddedUpEachTime = 1000;

    private readonly BriefMemory<(Guid Line, string Environment), Totals> _totals = new(clock, TimeSpan.FromSeconds(30), 200);

    /// <summary>Null when there is no such line, or environment of it, that the actor may watch.</summary>
    public async Task<ShadowView?> FindAsync(Actor actor, string api, string version, string environment, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var line = await db.ApiVersions.WatchedBy(actor)
            .Where(v => v.Api!.Name == api && v.Version == version && v.Audiences.Any(a => a.Environment == environment))
            .Select(v => new { v.Id, v.ApiId, IsRetired = v.Lifecycle == Lifecycle.Retired })
            .SingleOrDefaultAsync(cancellation);
        if (line is null)
            return null;
        var now = clock.GetUtcNow();
        var mayChange = !line.IsRetired && await db.ApiVersions.ShadowedBy(actor).AnyAsync(v => v.Id == line.Id, cancellation);
        var mode = await db.ShadowModes.Where(s => s.ApiVersionId == line.Id && s.Environment == environment).Select(s => new
        {
            Mode = s,
            AskedBy = db.People.Where(p => p.Id == s.AskedBy).Select(p => p.DisplayName).Single(),
            AllowedBy = db.People.Where(p => p.Id == s.AllowedBy).Select(p => p.DisplayName).SingleOrDefault(),
        }).AsNoTracking().SingleOrDefaultAsync(cancellation);
        var state = mode is null || line.IsRetired ? null : new ShadowState(
            mode.Mode.StandingAt(now), mode.Mode.Until, mode.Mode.Reason, mode.Mode.AskedAt, mode.AskedBy, mode.Mode.BeganAt,
            mode.Mode.AllowedBy == mode.Mode.AskedBy ? null : mode.AllowedBy);
        var many = await db.Database.SqlQuery<int>(
            $"""select count(*)::int as "Value" from (select from call_series where api_version_id = {line.Id} and environment = {environment} limit {MostAddedUpEachTime + 1}) s""")
            .SingleAsync(cancellation) > MostAddedUpEachTime;
        var (calls, cutOff, days) = many
            ? await _totals.GetAsync((line.Id, environment), async () =>
            {
                await using var own = await databases.CreateDbContextAsync();
                return await TotalsAsync(own, line.Id, environment, now, CancellationToken.None);
            })
            : await TotalsAsync(db, line.Id, environment, now, cancellation);
        return new ShadowView(
            line.Id, state, mayChange, ShadowRules.NeedsOfficer(await memory.ClassificationAsync(db, line.ApiId, now, cancellation), environment), calls,
            cutOff, days);
    }

    private static async Task<Totals> TotalsAsync(MarketplaceDb db, Guid line, string environment, DateTimeOffset now, CancellationToken cancellation)
    {
        var calls = (await db.Database.SqlQuery<long>(
            $"""
            select coalesce(sum(u.count), 0)::bigint as "Value"
            from call_series s join call_usage u on u.series_id = s.id and u.span = 3600 and u.start >= {DayBefore(now)}
            where s.api_version_id = {line} and s.environment = {environment} and s.decision <> 'refused'
            """).ToListAsync(cancellation))[0];
        var days = await db.Database.SqlQuery<ShadowDay>(
            $"""
            select u.start as "Day", sum(u.count)::bigint as "Calls", coalesce(sum(u.count) filter (where s.decision = 'allowed'), 0)::bigint as "Allowed"
            from call_series s join call_usage u on u.series_id = s.id and u.span = 86400 and u.start > {now.AddDays(-DaysShown)}
            where s.api_version_id = {line} and s.environment = {environment} and s.decision <> 'refused'
            group by 1
            """).OrderBy(d => d.Day).ToListAsync(cancellation);
        return new(calls, await CutOff.OfAsync(db, line, environment, now, cancellation), days);
    }

    /// <summary>Every line that is open now or shall be, those that end last first: for its team and those who read everything.</summary>
    public async Task<Page<ShadowLine>> ListAsync(Actor actor, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        var lines = db.ApiVersions.WatchedBy(actor).Where(v => v.Lifecycle != Lifecycle.Retired);
        return await db.ShadowModes.Where(s => s.Until > now).Join(lines, s => s.ApiVersionId, v => v.Id, (s, v) => new { s, v })
            .OrderByDescending(x => x.s.Until).ThenBy(x => x.v.Id).ThenBy(x => x.s.Environment)
            .Select(x => new ShadowLine(
                x.v.Api!.Name, x.v.Api.Title, x.v.Version, x.s.Environment, x.v.Api.Team!.Name, x.v.Api.Team.Title, x.v.Api.Classification,
                x.s.BeganAt == null ? ShadowStanding.Asked : ShadowStanding.On, x.s.Until, x.s.Reason,
                db.People.Where(p => p.Id == x.s.AskedBy).Select(p => p.DisplayName).Single()))
            .ToPageAsync(page, cancellation);
    }

    /// <summary>Lines that an application has grants for, or called, and that refuse nobody now: stopping it does not stop it there.</summary>
    public async Task<IReadOnlyList<ShadowPassage>> OpenToAsync(Actor actor, string clientId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (!await db.Applications.SeenBy(actor).AnyAsync(a => a.ClientId == clientId, cancellation))
            return [];
        return await db.Database.SqlQuery<ShadowPassage>(
            $"""
            select a.name as "Api", a.title as "Title", v.version as "Version", s.environment as "Environment", s.until as "Until"
            from shadow_mode s join api_version v on v.id = s.api_version_id join api a on a.id = v.api_id
            where s.began_at is not null and s.until > {clock.GetUtcNow()} and v.lifecycle in ('published', 'deprecated')
              and (exists (select from access_grant g join application p on p.id = g.application_id
                  where p.client_id = {clientId} and g.api_version_id = v.id and g.environment = s.environment)
                or exists (select from call_series c where c.client_id = {clientId} and c.api_version_id = v.id and c.environment = s.environment))
            """).OrderBy(s => s.Title).ThenBy(s => s.Version).ThenBy(s => s.Environment).ToListAsync(cancellation);
    }

    /// <summary>Usage is kept by the hour, so this is up to an hour more than a day.</summary>
    internal static DateTimeOffset DayBefore(DateTimeOffset now) => now.AddTicks(-(now.UtcTicks % TimeSpan.TicksPerHour)).AddHours(-24);

    private sealed record Totals(long Calls, CutOff CutOff, IReadOnlyList<ShadowDay> Days);
}
