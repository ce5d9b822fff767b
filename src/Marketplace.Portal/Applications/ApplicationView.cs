using Marketplace.Core;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Plans;
using Marketplace.Core.Applications;
using Marketplace.Core.Data;
using Marketplace.Core.Policy.Shadow;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Portal.Applications;

/// <summary>An application: how it proves that it is itself, what it may call, what it has asked for.</summary>
internal static class ApplicationView
{
    public static async Task<IResult> ShowAsync(
        HttpContext context, string clientId, int? page, bool ended, CredentialForm form, IReadOnlyList<Problem> problems,
        ApplicationReader applications, AccessRequestReader requests, PlanUseReader plans, GrantReader grants, ShadowReader shadow, TimeProvider clock, CancellationToken cancellation)
    {
        var actor = context.Actor();
        // Each decides by itself what the actor may see, so none has to wait for another.
        var found = applications.FindAsync(actor, clientId, cancellation);
        var granted = grants.ListAsync(actor, new GrantFilter(clientId, ActiveOnly: !ended), new PageRequest(page ?? 1, 50), cancellation);
        var asked = requests.ListAsync(actor, clientId, null, new PageRequest(1, 5), cancellation);
        var open = shadow.OpenToAsync(actor, clientId, cancellation);
        var used = plans.ListAsync(actor, clientId, null, null, null, new PageRequest(1, 10), cancellation);
        await Task.WhenAll(found, granted, asked, open, used);
        if (await found is not { } details)
            return Page.NotFound();
        var model = new ApplicationModel(
            details, await granted, await asked, ended, form, problems, clock.GetUtcNow(), actor.Role is Core.People.PlatformRole.SecurityOfficer, await open)
        {
            Plans = await used,
        };
        return Page.Show<ApplicationPage, ApplicationModel>(
            model, problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems[0].Code));
    }
}

/// <summary>What was typed into the form of another credential.</summary>
public sealed record CredentialForm(string? Label, string? PublicKey, string? JwksUri, string? ExpiresAt, string? Environment)
{
    public static CredentialForm Empty { get; } = new(null, null, null, null, null);
}

public sealed record ApplicationModel(
    ApplicationDetails Details, Page<GrantRow> Grants, Page<AccessRequestRow> Requests, bool Ended, CredentialForm Form,
    IReadOnlyList<Problem> Problems, DateTimeOffset Now, bool IsSecurityOfficer, IReadOnlyList<ShadowPassage> OpenTo)
{
    /// <summary>Under which plans it calls, those that it has used most first.</summary>
    public required Page<PlanUseRow> Plans { get; init; }

    /// <summary>A security officer may stop what is not theirs, in an incident.</summary>
    public bool MayStop => Details.DeletedAt is null && (Details.MayChange || IsSecurityOfficer);

    public (string Text, string Tone) StateOf(CredentialRow credential) => credential switch
    {
        { RevokedAt: not null } => ("Revoked", "bad"),
        { ExpiresAt: { } end } when end <= Now => ("Expired", "quiet"),
        { KeySet.FailingSince: not null } => ("Needs attention", "warn"),
        { ExpiresAt: { } end } when end <= Now.AddDays(14) => ("Expires soon", "warn"),
        _ => ("In use", "good"),
    };

    public bool Works(CredentialRow credential) => credential.RevokedAt is null && !(credential.ExpiresAt <= Now);
}
