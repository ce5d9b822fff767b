using System.Globalization;
using Marketplace.Core;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Plans;
using Marketplace.Core.Applications;
using Marketplace.Core.Applications.KeySets;
using Marketplace.Core.Policy.Shadow;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Applications;

/// <summary>What changes an application: another credential, one revoked.</summary>
internal static class CredentialPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapPost("/applications/{clientId}/credentials", AddAsync);
        pages.MapPost("/applications/{clientId}/credentials/{credentialId:guid}/revoke", RevokeAsync);
        pages.MapPost("/applications/{clientId}/credentials/{credentialId:guid}/refresh", RefreshAsync);
    }

    private static async Task<IResult> AddAsync(
        [AsParameters] Sent sent, [FromForm] string? label, [FromForm] string? publicKey, [FromForm] string? jwksUri,
        [FromForm] string? expiresAt, [FromForm] string? environment, AddCredential add)
    {
        var typed = new CredentialForm(label, publicKey, jwksUri, expiresAt, environment);
        DateTimeOffset? end = null;
        if (!string.IsNullOrWhiteSpace(expiresAt))
        {
            if (!DateOnly.TryParseExact(expiresAt, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
                return await sent.AgainAsync(typed, [new("expires_invalid", "Choose a day, such as 2026-12-31, or none.", "expiresAt")]);
            end = new DateTimeOffset(day.ToDateTime(new TimeOnly(23, 59, 59)), TimeSpan.Zero);
        }

        var outcome = await add.ExecuteAsync(sent.Context.Actor(), new(sent.ClientId, label ?? "", publicKey, end, jwksUri, string.IsNullOrWhiteSpace(environment) ? null : environment.Trim()), sent.Cancellation);
        if (!outcome.Succeeded)
            return await sent.AgainAsync(typed, outcome.Problems);
        return Page.Show<NewSecretPage, NewSecretModel>(new(
            $"{label!.Trim()} is added", sent.ClientId, outcome.Value.Secret, PublicUrl.Of(sent.Context), $"/applications/{sent.ClientId}"));
    }

    private static async Task<IResult> RefreshAsync([AsParameters] Sent sent, Guid credentialId, RefreshKeySet refresh)
    {
        var outcome = await refresh.ExecuteAsync(sent.Context.Actor(), sent.ClientId, credentialId, sent.Cancellation);
        return outcome.Succeeded
            ? Flash.Redirect(sent.Context, $"/applications/{sent.ClientId}", "The key set is fetched within seconds; open the page again to see what came.")
            : await sent.AgainAsync(CredentialForm.Empty, outcome.Problems);
    }

    private static async Task<IResult> RevokeAsync([AsParameters] Sent sent, Guid credentialId, RevokeCredential revoke)
    {
        var outcome = await revoke.ExecuteAsync(sent.Context.Actor(), sent.ClientId, credentialId, sent.Cancellation);
        return outcome.Succeeded
            ? Flash.Redirect(sent.Context, $"/applications/{sent.ClientId}", "The credential is revoked: it gets no token any more.")
            : await sent.AgainAsync(CredentialForm.Empty, outcome.Problems);
    }

    /// <summary>What every form of the page needs to show it again.</summary>
    private sealed record Sent(
        string ClientId, HttpContext Context, ApplicationReader Applications, AccessRequestReader Requests, PlanUseReader Plans, GrantReader Grants,
        ShadowReader Shadow, TimeProvider Clock, CancellationToken Cancellation)
    {
        public Task<IResult> AgainAsync(CredentialForm typed, IReadOnlyList<Problem> problems) =>
            ApplicationView.ShowAsync(Context, ClientId, 1, false, typed, problems, Applications, Requests, Plans, Grants, Shadow, Clock, Cancellation);
    }
}
