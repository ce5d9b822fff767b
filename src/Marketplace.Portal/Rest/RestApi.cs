using Marketplace.Portal.Access;
using Marketplace.Portal.Access.Requests;
using Marketplace.Portal.Access.Approval;
using Marketplace.Portal.Applications;
using Marketplace.Portal.Audit;
using Marketplace.Portal.Catalog;
using Marketplace.Portal.Catalog.Try;
using Marketplace.Portal.Catalog.Following;
using Marketplace.Portal.Catalog.Guides;
using Marketplace.Portal.Catalog.Ownership;
using Marketplace.Portal.Catalog.Questions;
using Marketplace.Portal.Catalog.Rules;
using Marketplace.Portal.Catalog.Changes;
using Marketplace.Portal.Discovery;
using Marketplace.Portal.Enforcement;
using Marketplace.Portal.Keys;
using Marketplace.Portal.Map;
using Marketplace.Portal.Notifications;
using Marketplace.Portal.Notifications.Webhooks;
using Marketplace.Portal.People;
using Marketplace.Portal.Recertification;
using Marketplace.Portal.Rest.OpenApi;
using Marketplace.Portal.Usage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Portal.Rest;

/// <summary>The REST API: everything that the pages do. What holds for all of it is set here, once.</summary>
public static class RestApi
{
    public const string Root = "/api/v1";

    /// <summary>Enough for any body but a document, whose endpoint says so itself.</summary>
    private const long MaxBodyBytes = 256 * 1024;

    public static IServiceCollection AddRestApi(this IServiceCollection services)
    {
        services.AddAuthentication()
            .AddScheme<AuthenticationSchemeOptions, AccessTokenHandler>(AccessTokenHandler.Scheme, null)
            .AddScheme<AuthenticationSchemeOptions, PasswordHandler>(PasswordHandler.Scheme, null);
        services.AddAuthorization(RestSecurity.Add);
        services.AddSingleton<IAuthorizationHandler, ScopeRequirement>();
        services.AddRateLimiter(RestLimits.Add);
        services.AddSingleton<DocumentRoom>();
        // What cannot be bound is thrown, so that RestProblems can tell which parameter it was.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddEndpointsApiExplorer();
        return services.AddSwaggerGen(RestDocument.Add);
    }

    public static IEndpointRouteBuilder MapRestApi(this IEndpointRouteBuilder app)
    {
        var open = Common(app, RestLimits.Policy);
        RestDocument.Map(open);
        RestFallback.Map(open);
        var rest = RestScope.On(Common(app, RestLimits.Policy).RequireAuthorization(RestSecurity.TokenPolicy));
        ApiEndpoints.Map(rest);
        RevisionEndpoints.Map(rest);
        FollowEndpoints.Map(rest);
        GuideEndpoints.Map(rest);
        QuestionEndpoints.Map(rest);
        TransferEndpoints.Map(rest);
        ChangeEndpoints.Map(rest);
        SearchEndpoints.Map(rest);
        FindingEndpoints.Map(rest);
        RulesetEndpoints.Map(rest);
        ApprovalPolicyEndpoints.Map(rest);
        AbsencePages.MapRest(rest);
        AccessRequestEndpoints.Map(rest);
        DraftEndpoints.Map(rest);
        TemplateEndpoints.Map(rest);
        ConsumerEndpoints.Map(rest);
        EnforcementEndpoints.Map(rest);
        DiscoveryEndpoints.Map(rest);
        Enforcement.Shadow.ShadowEndpoints.Map(rest);
        UsageEndpoints.Map(rest);
        AnomalyEndpoints.Map(rest);
        GrantEndpoints.Map(rest);
        Access.Explain.ExplainEndpoints.Map(rest);
        Access.Grants.GrantScopeEndpoints.Map(rest);
        Access.Emergencies.EmergencyEndpoints.Map(rest);
        RecertificationEndpoints.Map(rest);
        UnusedEndpoints.Map(rest);
        Access.Plans.PlanEndpoints.Map(rest);
        MapEndpoints.Map(rest);
        TryEndpoints.Map(rest);
        ApplicationEndpoints.Map(rest);
        Applications.Ending.ApplicationEndEndpoints.Map(rest);
        Applications.Ownership.ApplicationTransferEndpoints.Map(rest);
        TeamEndpoints.Map(rest);
        PeopleEndpoints.Map(rest);
        AccountEndpoints.Map(rest);
        GroupMappingEndpoints.Map(rest);
        NotificationEndpoints.Map(rest);
        PreferenceEndpoints.Map(rest);
        WebhookEndpoints.Map(rest);
        ChannelPages.MapRest(rest);
        AuditEndpoints.Map(rest);
        ErasureEndpoints.Map(rest);
        KeyEndpoints.Map(rest);
        MeEndpoints.Map(rest);
        MeEndpoints.MapFirstToken(RestScope.On(Common(app, RestLimits.PasswordPolicy).RequireAuthorization(RestSecurity.TokenOrPasswordPolicy)));
        return app;
    }

    private static RouteGroupBuilder Common(IEndpointRouteBuilder app, string limits) => app.MapGroup(Root)
        .RequireRateLimiting(limits)
        .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));
}
