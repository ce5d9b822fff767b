using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Rest;

/// <summary>What a personal access token must be for, route by route: said here alone, for all of them. A route that is not covered starts no host.</summary>
internal sealed record RestScope(TokenScope Scope)
{
    public string Word => StoredEnum.ToWord(Scope);

    /// <summary>Routes that differ from the rest of their tag.</summary>
    private static readonly Dictionary<string, TokenScope> ByName = new(StringComparer.Ordinal)
    {
        // Posted only because a document fits into no address: nothing is changed.
        ["lintDocument"] = TokenScope.Read,
        ["compareCandidate"] = TokenScope.Read,
        ["checkApprovalPolicy"] = TokenScope.Read,
        // Posted because a token belongs in no address.
        ["explainCall"] = TokenScope.Read,
        ["exportRecertification"] = TokenScope.Read,
        ["giveUpUnused"] = TokenScope.Request,
        ["answerNarrowingRequest"] = TokenScope.Request,
        ["entrustApprovals"] = TokenScope.Decide,
        ["endAbsence"] = TokenScope.Decide,
        ["issueSandboxToken"] = TokenScope.Request,
        ["decideAccessRequest"] = TokenScope.Decide,
        ["writeRuleset"] = TokenScope.Administer,
        ["tryRuleset"] = TokenScope.Administer,
        ["putRulesetIntoEffect"] = TokenScope.Administer,
        ["moveApi"] = TokenScope.Administer,
        ["moveApplication"] = TokenScope.Administer,
        ["approveObserved"] = TokenScope.Decide,
        // Whoever stopped it decides that, and may be a security officer.
        ["enableApplication"] = TokenScope.Decide,
        ["listAccessTokens"] = TokenScope.Account,
        ["listMySessions"] = TokenScope.Account,
    };

    /// <summary>Whatever changes something.</summary>
    private static readonly Dictionary<string, TokenScope> ByTag = new(StringComparer.Ordinal)
    {
        ["Catalog"] = TokenScope.Publish,
        ["Changes"] = TokenScope.Publish,
        ["Plans"] = TokenScope.Publish,
        ["Guides"] = TokenScope.Publish,
        ["Ownership"] = TokenScope.Publish,
        ["Enforcement"] = TokenScope.Publish,
        ["Guardrails"] = TokenScope.Publish,
        ["Shadow mode"] = TokenScope.Publish,
        ["Applications"] = TokenScope.Request,
        ["Access requests"] = TokenScope.Request,
        ["Questions"] = TokenScope.Request,
        ["Grants"] = TokenScope.Decide,
        ["Emergency access"] = TokenScope.Decide,
        ["Approval policy"] = TokenScope.Administer,
        ["Recertification"] = TokenScope.Decide,
        ["Teams"] = TokenScope.Administer,
        ["Webhooks"] = TokenScope.Administer,
        ["People"] = TokenScope.Administer,
        ["Signing keys"] = TokenScope.Administer,
        ["Audit"] = TokenScope.Administer,
        ["Me"] = TokenScope.Account,
        ["Notifications"] = TokenScope.Account,
    };

    /// <summary>Says on each endpoint of the group which scope it asks for.</summary>
    public static RouteGroupBuilder On(RouteGroupBuilder rest)
    {
        ((IEndpointConventionBuilder)rest).Finally(endpoint =>
        {
            if (!endpoint.Metadata.OfType<IAllowAnonymous>().Any())
                endpoint.Metadata.Add(new RestScope(Of(endpoint)));
        });
        return rest;
    }

    private static TokenScope Of(EndpointBuilder endpoint)
    {
        if (endpoint.Metadata.OfType<IEndpointNameMetadata>().LastOrDefault() is { } name && ByName.TryGetValue(name.EndpointName, out var named))
            return named;
        if (endpoint.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault() is { } methods && methods.HttpMethods.All(HttpMethods.IsGet))
            return TokenScope.Read;
        foreach (var tag in endpoint.Metadata.OfType<ITagsMetadata>().SelectMany(t => t.Tags))
        {
            if (ByTag.TryGetValue(tag, out var scope))
                return scope;
        }

        throw new InvalidOperationException($"{endpoint.DisplayName} has no scope: say it in {nameof(RestScope)}.");
    }
}

/// <summary>The token is for what this route does. A name and password, with which only a token can be made, may do all of it.</summary>
internal sealed class ScopeRequirement : IAuthorizationRequirement, IAuthorizationHandler
{
    public const string Claim = "scope";

    public Task HandleAsync(AuthorizationHandlerContext context)
    {
        if (context.Requirements.OfType<ScopeRequirement>().SingleOrDefault() is { } requirement
            && context.Resource is HttpContext http && http.GetEndpoint()?.Metadata.GetMetadata<RestScope>() is { } needed
            && (context.User.HasClaim(Claim, needed.Word) || context.User.Identity?.AuthenticationType == PasswordHandler.Scheme))
            context.Succeed(requirement);
        return Task.CompletedTask;
    }
}
