using Marketplace.Core.Access;
using Marketplace.Core.Access.Recertification;
using Marketplace.Core.Access.Recertification.Unused;
using Marketplace.Core.Access.Approval.Absences;
using Marketplace.Core.Access.Approval.Deciding;
using Marketplace.Core.Access.Approval.Language;
using Marketplace.Core.Access.Approval.Policies;
using Marketplace.Core.Access.Plans;
using Marketplace.Core.Access.Emergencies;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Access.Requests.Comments;
using Marketplace.Core.Access.Requests.Drafts;
using Marketplace.Core.Access.Requests.Templates;
using Marketplace.Core.Applications;
using Marketplace.Core.Applications.KeySets;
using Marketplace.Core.Applications.Ownership;
using Marketplace.Core.Audit;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Rules;
using Marketplace.Core.Catalog.Rules.Findings;
using Marketplace.Core.Catalog.Rules.Rulesets;
using Marketplace.Core.Catalog.Rules.Runs;
using Marketplace.Core.Catalog.Changes.History;
using Marketplace.Core.Catalog.Changes.Kinds;
using Marketplace.Core.Catalog.Following;
using Marketplace.Core.Catalog.Guides;
using Marketplace.Core.Catalog.Ownership;
using Marketplace.Core.Catalog.Questions;
using Marketplace.Core.Keys;
using Marketplace.Core.Notifications;
using Marketplace.Core.Notifications.Mail;
using Marketplace.Core.Notifications.Preferences;
using Marketplace.Core.Notifications.Webhooks;
using Marketplace.Core.People;
using Marketplace.Core.People.Company;
using Marketplace.Core.People.Sessions;
using Marketplace.Core.Policy;
using Marketplace.Core.Policy.Shadow;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Data;

/// <summary>The one DbContext. <c>db/migrations</c> creates what it maps; a test compares the two.</summary>
public sealed class MarketplaceDb(DbContextOptions<MarketplaceDb> options) : DbContext(options)
{
    public DbSet<DeploymentEnvironment> Environments => Set<DeploymentEnvironment>();
    public DbSet<Person> People => Set<Person>();
    public DbSet<Team> Teams => Set<Team>();
    public DbSet<Membership> Memberships => Set<Membership>();
    public DbSet<PersonalAccessToken> PersonalAccessTokens => Set<PersonalAccessToken>();
    public DbSet<PersonSession> PersonSessions => Set<PersonSession>();
    public DbSet<PersonIdentity> PersonIdentities => Set<PersonIdentity>();
    public DbSet<GroupMapping> GroupMappings => Set<GroupMapping>();
    public DbSet<Api> Apis => Set<Api>();
    public DbSet<ApiVersion> ApiVersions => Set<ApiVersion>();
    public DbSet<Audience> Audiences => Set<Audience>();
    public DbSet<SpecRevision> SpecRevisions => Set<SpecRevision>();
    public DbSet<RevisionSummary> RevisionSummaries => Set<RevisionSummary>();
    public DbSet<Operation> Operations => Set<Operation>();
    public DbSet<Ruleset> Rulesets => Set<Ruleset>();
    public DbSet<RulesetEffect> RulesetEffects => Set<RulesetEffect>();
    public DbSet<RulesetRun> RulesetRuns => Set<RulesetRun>();
    public DbSet<ApprovalPolicy> ApprovalPolicies => Set<ApprovalPolicy>();
    public DbSet<ApprovalPolicyEffect> ApprovalPolicyEffects => Set<ApprovalPolicyEffect>();
    public DbSet<ApprovalPolicyTrial> ApprovalPolicyTrials => Set<ApprovalPolicyTrial>();
    public DbSet<ItemApproval> Approvals => Set<ItemApproval>();
    public DbSet<ItemRouting> ItemRoutings => Set<ItemRouting>();
    public DbSet<Absence> Absences => Set<Absence>();
    public DbSet<SpecScore> SpecScores => Set<SpecScore>();
    public DbSet<SpecFinding> SpecFindings => Set<SpecFinding>();
    public DbSet<Application> Applications => Set<Application>();
    public DbSet<ApplicationCredential> Credentials => Set<ApplicationCredential>();
    public DbSet<ApplicationTransfer> ApplicationTransfers => Set<ApplicationTransfer>();
    public DbSet<ClientKeySet> KeySets => Set<ClientKeySet>();
    public DbSet<AccessRequest> AccessRequests => Set<AccessRequest>();
    public DbSet<AccessRequestItem> AccessRequestItems => Set<AccessRequestItem>();
    public DbSet<AccessTemplate> AccessTemplates => Set<AccessTemplate>();
    public DbSet<AccessTemplatePart> AccessTemplateParts => Set<AccessTemplatePart>();
    public DbSet<AccessDraft> AccessDrafts => Set<AccessDraft>();
    public DbSet<AccessDraftItem> AccessDraftItems => Set<AccessDraftItem>();
    public DbSet<RequestComment> RequestComments => Set<RequestComment>();
    public DbSet<Grant> Grants => Set<Grant>();
    public DbSet<Emergency> Emergencies => Set<Emergency>();
    public DbSet<Campaign> Campaigns => Set<Campaign>();
    public DbSet<NarrowingRequest> NarrowingRequests => Set<NarrowingRequest>();
    public DbSet<Plan> Plans => Set<Plan>();
    public DbSet<PlanLimits> PlanLimits => Set<PlanLimits>();
    public DbSet<QuotaUse> QuotaUses => Set<QuotaUse>();
    public DbSet<PolicyHead> PolicyHeads => Set<PolicyHead>();
    public DbSet<PolicyChange> PolicyChanges => Set<PolicyChange>();
    public DbSet<ShadowMode> ShadowModes => Set<ShadowMode>();
    public DbSet<AuditEvent> AuditEvents => Set<AuditEvent>();
    public DbSet<AuditAbout> AuditAbouts => Set<AuditAbout>();
    public DbSet<AuditErasure> AuditErasures => Set<AuditErasure>();
    public DbSet<AuditCheckpoint> AuditCheckpoints => Set<AuditCheckpoint>();
    public DbSet<ApiTransfer> ApiTransfers => Set<ApiTransfer>();
    public DbSet<ApiGuide> ApiGuides => Set<ApiGuide>();
    public DbSet<Question> Questions => Set<Question>();
    public DbSet<Answer> Answers => Set<Answer>();
    public DbSet<Notification> Notifications => Set<Notification>();
    public DbSet<InboxEntry> InboxEntries => Set<InboxEntry>();
    public DbSet<NotificationPreference> NotificationPreferences => Set<NotificationPreference>();
    public DbSet<OutgoingMail> OutgoingMails => Set<OutgoingMail>();
    public DbSet<MailItem> MailItems => Set<MailItem>();
    public DbSet<Webhook> Webhooks => Set<Webhook>();
    public DbSet<WebhookApi> WebhookApis => Set<WebhookApi>();
    public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();
    public DbSet<MailServer> MailServers => Set<MailServer>();
    public DbSet<ApiStar> ApiStars => Set<ApiStar>();
    public DbSet<ApiSubscription> ApiSubscriptions => Set<ApiSubscription>();
    public DbSet<SigningKey> SigningKeys => Set<SigningKey>();
    public DbSet<KeyRotationRequest> KeyRotationRequests => Set<KeyRotationRequest>();
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    /// <summary>Everybody who approved an endpoint, or the rule that did.</summary>
    public static string ApproversOf(Guid item, Guid? approvedBy) => throw new NotSupportedException($"PostgreSQL says who approved {item} ({approvedBy}).");

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDbFunction(() => ApproversOf(default, default)).HasName("approvers_of");
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(MarketplaceDb).Assembly);
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties())
                property.SetColumnName(StoredEnum.SnakeCase(property.Name));
        }
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<PlatformRole>().HaveConversion<StoredEnumConverter<PlatformRole>>();
        configurationBuilder.Properties<TeamRole>().HaveConversion<StoredEnumConverter<TeamRole>>();
        configurationBuilder.Properties<SessionEnd>().HaveConversion<StoredEnumConverter<SessionEnd>>();
        configurationBuilder.Properties<Classification>().HaveConversion<StoredEnumConverter<Classification>>();
        configurationBuilder.Properties<Lifecycle>().HaveConversion<StoredEnumConverter<Lifecycle>>();
        configurationBuilder.Properties<TransferOutcome>().HaveConversion<StoredEnumConverter<TransferOutcome>>();
        configurationBuilder.Properties<Severity>().HaveConversion<StoredEnumConverter<Severity>>();
        configurationBuilder.Properties<RunKind>().HaveConversion<StoredEnumConverter<RunKind>>();
        configurationBuilder.Properties<RunState>().HaveConversion<StoredEnumConverter<RunState>>();
        configurationBuilder.Properties<DocumentFormat>().HaveConversion<StoredEnumConverter<DocumentFormat>>();
        configurationBuilder.Properties<Verdict>().HaveConversion<StoredEnumConverter<Verdict>>();
        configurationBuilder.Properties<CredentialKind>().HaveConversion<StoredEnumConverter<CredentialKind>>();
        configurationBuilder.Properties<RequestStatus>().HaveConversion<StoredEnumConverter<RequestStatus>>();
        configurationBuilder.Properties<ApproverRole>().HaveConversion<StoredEnumConverter<ApproverRole>>();
        configurationBuilder.Properties<Decision>().HaveConversion<StoredEnumConverter<Decision>>();
        configurationBuilder.Properties<GrantParty>().HaveConversion<StoredEnumConverter<GrantParty>>();
        configurationBuilder.Properties<GrantEnd>().HaveConversion<StoredEnumConverter<GrantEnd>>();
        configurationBuilder.Properties<ReviewOutcome>().HaveConversion<StoredEnumConverter<ReviewOutcome>>();
        configurationBuilder.Properties<Reviewers>().HaveConversion<StoredEnumConverter<Reviewers>>();
        configurationBuilder.Properties<ItemAnswer>().HaveConversion<StoredEnumConverter<ItemAnswer>>();
        configurationBuilder.Properties<UseWord>().HaveConversion<StoredEnumConverter<UseWord>>();
        configurationBuilder.Properties<NarrowingAnswer>().HaveConversion<StoredEnumConverter<NarrowingAnswer>>();
        configurationBuilder.Properties<NotificationCategory>().HaveConversion<StoredEnumConverter<NotificationCategory>>();
        configurationBuilder.Properties<MailCadence>().HaveConversion<StoredEnumConverter<MailCadence>>();
        configurationBuilder.Properties<WebhookStop>().HaveConversion<StoredEnumConverter<WebhookStop>>();
        configurationBuilder.Properties<DeliveryState>().HaveConversion<StoredEnumConverter<DeliveryState>>();
        configurationBuilder.Properties<MailState>().HaveConversion<StoredEnumConverter<MailState>>();
        configurationBuilder.Properties<SigningKeyState>().HaveConversion<StoredEnumConverter<SigningKeyState>>();
    }
}
