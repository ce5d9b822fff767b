using Marketplace.Core.Access;
using Marketplace.Core.Access.Approval;
using Marketplace.Core.Access.Emergencies;
using Marketplace.Core.Access.Explain;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Access.Requests;
using Marketplace.Core.Access.Map;
using Marketplace.Core.Access.Recertification;
using Marketplace.Core.Access.Plans;
using Marketplace.Core.Access.Sandbox;
using Marketplace.Core.Applications;
using Marketplace.Core.Applications.KeySets;
using Marketplace.Core.Audit;
using Marketplace.Core.Catalog;
using Marketplace.Core.Discovery;
using Marketplace.Core.Fetching;
using Marketplace.Core.Keys;
using Marketplace.Core.Notifications;
using Marketplace.Core.Notifications.Outbox;
using Marketplace.Core.Notifications.Preferences;
using Marketplace.Core.People;
using Marketplace.Core.People.Accounts;
using Marketplace.Core.People.Company;
using Marketplace.Core.People.Sessions;
using Marketplace.Core.Policy.DataPlanes;
using Marketplace.Core.Policy.Shadow;
using Marketplace.Core.Usage;
using Marketplace.Core.Usage.Anomalies;
using Marketplace.Core.Usage.Calls;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Marketplace.Core;

public static class CoreServices
{
    /// <summary>
    /// The use cases of the governance plane. They need an <c>IDbContextFactory&lt;MarketplaceDb&gt;</c> and a
    /// <see cref="MasterKey"/>, which the host provides.
    /// </summary>
    public static IServiceCollection AddMarketplaceCore(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IPasswordHasher<Person>, PasswordHasher<Person>>();
        services.TryAddSingleton(new SignInRules());
        services.TryAddSingleton(new AuditIssuer("marketplace"));
        services.TryAddSingleton(new AuditRetention());
        return services
            .AddSingleton<SecretHasher>()
            .AddSingleton<LiveSessions>().AddSingleton<StartSession>().AddSingleton<FailedSignIns>().AddSingleton<EndSession>().AddSingleton<SessionReader>()
            .AddSingleton<DisablePerson>().AddSingleton<ChangePlatformRole>().AddSingleton<SetPassword>().AddSingleton<PersonReader>()
            .AddSingleton<CompanySignIn>().AddSingleton<ChangeGroupMapping>().AddSingleton<LinkIdentity>()
            .AddSingleton<CreateTeam>().AddSingleton<SetMembership>().AddSingleton<CreatePerson>().AddSingleton<AccessTokens>().AddSingleton<TeamReader>()
            .AddSingleton<RegisterApplication>().AddSingleton<AddCredential>().AddSingleton<RevokeCredential>()
            .AddSingleton<CredentialMaker>().AddSingleton<KeySetFollower>().AddSingleton<RefreshKeySet>().AddSingleton<KeySetTimes>()
            .AddSingleton(p => new KeySetFetcher(p.GetService<FetchOptions>() ?? new FetchOptions()))
            .AddSingleton<DisableApplication>().AddSingleton<ApplicationReader>()
            .AddGrants()
            .AddEmergencies()
            .AddSingleton<GrantReader>().AddSingleton<ExplainCall>().AddSingleton<ConsumerReader>().AddSingleton<MapReader>()
            .AddSingleton<AuditReader>().AddSingleton<AuditSigner>().AddSingleton<WriteCheckpoint>().AddSingleton<ExportAudit>().AddSingleton<EraseAudit>().AddSingleton<RequestKeyRotation>().AddSingleton<SigningKeyReader>().AddSingleton<TokenUsageReader>()
            .AddSingleton<SandboxReader>().AddSingleton(p => new Relay(p.GetService<FetchOptions>() ?? new FetchOptions()))
            .AddTelling()
            .AddSingleton<InboxReader>().AddSingleton<MarkRead>().AddSingleton<DataPlaneReader>().AddSingleton<CallReader>().AddSingleton<AnomalyRun>().AddSingleton<AnomalyReader>()
            .AddSingleton<BeginShadowMode>().AddSingleton<StartEnforcing>().AddSingleton<AskConsumers>().AddSingleton<ApproveObserved>().AddSingleton<ShadowReminder>()
            .AddSingleton<WritePlan>().AddSingleton<ApplyPlan>().AddSingleton<PlanReader>().AddSingleton<PlanUseReader>().AddSingleton<CountQuotas>()
            .AddSingleton<InstanceReader>().AddSingleton<RefusalReader>()
            .AddSingleton<ShadowReader>().AddSingleton<ShadowCallReader>().AddSingleton<UnmatchedPathReader>()
            .AddRecertification()
            .AddApproval()
            .AddRequests()
            .AddCatalog();
    }
}
