using Marketplace.Core.Audit;
using Marketplace.Core.Catalog.Search.Feed;
using Marketplace.Portal.Access;
using Marketplace.Portal.Access.Requests;
using Marketplace.Portal.Access.Approval;
using Marketplace.Portal.Applications;
using Marketplace.Portal.Audit;
using Marketplace.Portal.Catalog;
using Marketplace.Portal.Catalog.Api;
using Marketplace.Portal.Catalog.Changes;
using Marketplace.Portal.Catalog.Find;
using Marketplace.Portal.Catalog.Following;
using Marketplace.Portal.Catalog.Guides;
using Marketplace.Portal.Catalog.Ownership;
using Marketplace.Portal.Catalog.Publish;
using Marketplace.Portal.Catalog.Questions;
using Marketplace.Portal.Catalog.Rules;
using Marketplace.Portal.Catalog.Try;
using Marketplace.Portal.Discovery;
using Marketplace.Portal.Enforcement;
using Marketplace.Portal.Home;
using Marketplace.Portal.Keys;
using Marketplace.Portal.Notifications;
using Marketplace.Portal.Notifications.Webhooks;
using Marketplace.Portal.People;
using Marketplace.Portal.Recertification;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Shell;
using Marketplace.Portal.SignIn;
using Marketplace.Portal.SignIn.Company;
using Marketplace.Portal.Teams;
using Marketplace.Portal.Tokens;
using Marketplace.Portal.Usage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Portal;

/// <summary>The governance plane: pages for people, the REST API for programs.</summary>
public static class PortalSetup
{
    /// <param name="publicUrl">Where people reach the marketplace: what is read elsewhere, such as a feed, leads there.</param>
    public static TBuilder AddPortal<TBuilder>(this TBuilder builder, Uri publicUrl) where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddSingleton(new PublicAddress(publicUrl.AbsoluteUri.TrimEnd('/')));
        builder.Services.AddRazorComponents();
        // A line, and a stack trace, for every form and cookie that a stranger makes up; RefusedForms counts them instead.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.None);
        // "Challenged", for each of a stranger's calls.
        builder.Logging.AddFilter("Marketplace.Portal.Rest", LogLevel.Warning);
        builder.Services.AddSingleton(new AuditIssuer(publicUrl.AbsoluteUri.TrimEnd('/')));
        builder.Services.AddHostedService<CheckpointWork>();
        builder.Services.AddShell();
        builder.Services.AddPeopleSignIn();
        builder.Services.AddRestApi();
        builder.Services.AddTrying();
        builder.Services.AddScoped<OwnPassword>().AddSingleton<PersonView>();
        builder.Services.AddHostedService<KeySetWatch>();
        builder.Services.AddHostedService<CatalogIndexFollower>();
        builder.Services.AddHealthChecks().AddCheck<SearchCheck>("search");
        builder.Services.AddHostedService<RulesetWatch>();
        builder.Services.AddHostedService<Enforcement.Shadow.ShadowWatch>();
        builder.Services.AddHostedService<Access.Plans.QuotaWatch>();
        builder.Services.AddHostedService<AnomalyWatch>();
        builder.Services.AddHostedService<Access.Grants.Renewal.RenewalWatch>();
        builder.Services.AddHostedService<ApprovalWatch>();
        builder.Services.AddHostedService<Access.Emergencies.EmergencyWatch>();
        builder.Services.AddHostedService<MailWatch>();
        builder.Services.AddHostedService<WebhookWatch>();
        builder.Services.AddHostedService<OutboxWatch>();
        builder.Services.AddHealthChecks().AddCheck<OutboxCheck>("outbox");
        builder.Services.AddHostedService<CampaignWatch>();
        builder.Services.AddHostedService<GatherWatch>();
        return builder;
    }

    /// <summary>Adds the middleware and every page. An endpoint that says nothing of who may use it demands a signed-in person.</summary>
    public static WebApplication MapPortal(this WebApplication app)
    {
        app.UseMiddleware<SecurityHeaders>();
        app.UseExceptionHandler(Faults.Options);
        app.UseRestProblems();
        app.UsePortalAssets();
        app.UseRouting();
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseMiddleware<DocumentRoom.Forms>();
        app.UseAntiforgery();
        app.UseMiddleware<RefusedForms>();
        app.UseMiddleware<FlashCookie>();

        app.MapRestApi();
        CompanyPages.MapBackChannel(app);
        UnsubscribePages.MapOneClick(app);
        MapPages(app.MapGroup("").AsPages());
        return app;
    }

    private static void MapPages(RouteGroupBuilder pages)
    {
        SignInPages.Map(pages);
        CompanyPages.Map(pages);
        HomePages.Map(pages);
        InboxPages.Map(pages);
        PreferencePages.Map(pages);
        WebhookPages.Map(pages);
        ChannelPages.Map(pages);
        UnsubscribePages.Map(pages);
        RequestPages.Map(pages);
        DraftPages.Map(pages);
        RefusedPages.Map(pages);
        TemplatePages.Map(pages);
        CatalogPages.Map(pages);
        ApiPages.Map(pages);
        SettingsPages.Map(pages);
        TryPages.Map(pages);
        EndpointPages.Map(pages);
        RelayPages.Map(pages);
        PublishPages.Map(pages);
        FollowPages.Map(pages);
        Access.Plans.PlanPages.Map(pages);
        GuidePages.Map(pages);
        QuestionPages.Map(pages);
        AnswerPages.Map(pages);
        TransferPages.Map(pages);
        FindingPages.Map(pages);
        GuardrailPages.Map(pages);
        RulesetPages.Map(pages);
        ApprovalPolicyPages.Map(pages);
        AbsencePages.Map(pages);
        ChangePages.Map(pages);
        TeamPages.Map(pages);
        NewRequestPages.Map(pages);
        ConsumerPages.Map(pages);
        GrantPages.Map(pages);
        Access.Explain.ExplainPages.Map(pages);
        Access.Grants.EndGrantsPages.Map(pages);
        Access.Emergencies.TakeEmergencyPages.Map(pages);
        Access.Emergencies.EmergencyPages.Map(pages);
        CampaignPages.Map(pages);
        ReviewPages.Map(pages);
        UnusedPages.Map(pages);
        Access.Grants.Renewal.RenewPages.Map(pages);
        EnforcementPages.Map(pages);
        DiscoveryPages.Map(pages);
        Enforcement.Shadow.ShadowPages.Map(pages);
        UsagePages.Map(pages);
        AnomalyPages.Map(pages);
        Map.MapPages.Map(pages);
        ApplicationPages.Map(pages);
        Applications.Ending.StopPages.Map(pages);
        Applications.Ending.DeletePages.Map(pages);
        Applications.Ownership.ApplicationTransferPages.Map(pages);
        CredentialPages.Map(pages);
        AccessTokenPages.Map(pages);
        MyAccountPages.Map(pages);
        PeoplePages.Map(pages);
        PersonPages.Map(pages);
        GroupMappingPages.Map(pages);
        TokenPages.Map(pages);
        AuditPages.Map(pages);
        ErasurePages.Map(pages);
        KeyPages.Map(pages);
        Faults.Map(pages);
    }
}
