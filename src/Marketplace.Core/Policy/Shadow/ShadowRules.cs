using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Policy.Shadow;

/// <summary>Who may let calls through that would be refused, and for how long.</summary>
public static class ShadowRules
{
    public const int MaximumDays = 30;
    private const int MinimumReason = 10;
    private const int MaximumReason = 2000;

    /// <summary>Data that needs a grant to be read is not opened by its owner alone.</summary>
    public static bool NeedsOfficer(Classification classification, string environment) =>
        environment == DeploymentEnvironment.Production && classification is Classification.Confidential or Classification.Restricted;

    /// <summary>The owners of its team, and security officers.</summary>
    internal static IQueryable<ApiVersion> ShadowedBy(this IQueryable<ApiVersion> lines, Actor actor) =>
        actor.Role is PlatformRole.SecurityOfficer
            ? lines
            : lines.Where(v => v.Api!.Team!.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner));

    /// <summary>Its team, and those who read everything: who sees what a line does with calls.</summary>
    internal static IQueryable<ApiVersion> WatchedBy(this IQueryable<ApiVersion> lines, Actor actor) =>
        actor.ReadsEverything ? lines : lines.Where(v => v.Api!.Team!.Memberships.Any(m => m.PersonId == actor.Id));

    /// <summary>For the audit trail.</summary>
    internal static object Facts(ShadowMode? mode, DateTimeOffset now) =>
        new { shadow_mode = StoredEnum.ToWord(mode?.StandingAt(now) ?? ShadowStanding.Over), mode?.Until, why = mode?.Reason };

    internal static List<Problem> Check(ApiVersion line, ShadowInput input, ShadowMode? held, Actor actor, bool needsOfficer, DateTimeOffset now)
    {
        List<Problem> problems = [];
        if (line.Audiences.TrueForAll(a => a.Environment != input.Environment))
            problems.Add(new("environment_unknown", $"{input.Api} {input.Version} has no environment {input.Environment}.", "environment"));
        if (line.Lifecycle is Lifecycle.Retired)
            problems.Add(new("version_retired", $"{input.Api} {input.Version} is retired: nobody may call it any more, and nothing is let through.", "version"));
        if (input.Until <= now)
            problems.Add(new("until_past", "Choose a day in the future.", "until"));
        else if (input.Until > now.AddDays(MaximumDays))
            problems.Add(new("until_too_far", $"Shadow mode lasts at most {MaximumDays} days. Choose an earlier day; it can be lengthened then, with what was seen.", "until"));
        else if (held?.StandingAt(now) is ShadowStanding.On && input.Until > held.Until && needsOfficer && actor.Role is not PlatformRole.SecurityOfficer)
            problems.Add(new("officer_needed", "Only a security officer may lengthen it for this data. Choose an earlier day, or ask one.", "until"));
        if (input.Reason.Trim().Length is < MinimumReason or > MaximumReason)
            problems.Add(new("reason_length", $"Say why in {MinimumReason} to {MaximumReason} characters: it stands in the audit trail.", "reason"));
        return problems;
    }
}
