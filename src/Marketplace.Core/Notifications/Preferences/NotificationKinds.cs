using System.Collections.Frozen;
using Category = Marketplace.Core.Notifications.Preferences.NotificationCategory;

namespace Marketplace.Core.Notifications.Preferences;

/// <param name="Category">By which people choose.</param>
/// <param name="EventType">What webhooks call it; receivers rely on it, so it stays.</param>
public sealed record KindFacts(Category Category, string EventType);

/// <summary>A row for each <see cref="NotificationKind"/>; a test says which one is missing.</summary>
public static class NotificationKinds
{
    public static readonly FrozenDictionary<string, KindFacts> All = new Dictionary<string, KindFacts>(StringComparer.Ordinal)
    {
        [NotificationKind.AccessRequested] = new(Category.Waiting, "access.requested"),
        [NotificationKind.AccountChanged] = new(Category.Security, "account.changed"),
        [NotificationKind.AccessDecided] = new(Category.Access, "access.decided"),
        [NotificationKind.AccessSuggested] = new(Category.Access, "access.suggested"),
        [NotificationKind.ApprovalPolicy] = new(Category.Running, "approval_policy.changed"),
        [NotificationKind.ApprovalOverdue] = new(Category.Waiting, "approval.overdue"),
        [NotificationKind.ApprovalsEntrusted] = new(Category.Waiting, "approvals.entrusted"),
        [NotificationKind.GrantRevoked] = new(Category.Access, "grant.revoked"),
        [NotificationKind.EmergencyTaken] = new(Category.Security, "emergency.taken"),
        [NotificationKind.EmergencyEnded] = new(Category.Security, "emergency.ended"),
        [NotificationKind.EmergencyReviewDue] = new(Category.Security, "emergency.review_due"),
        [NotificationKind.EmergencyReviewed] = new(Category.Security, "emergency.reviewed"),
        [NotificationKind.AccessEnding] = new(Category.Waiting, "access.ending"),
        [NotificationKind.GrantSuspended] = new(Category.Access, "grant.suspended"),
        [NotificationKind.ApplicationStopped] = new(Category.Access, "application.stopped"),
        [NotificationKind.ApplicationDeleted] = new(Category.Access, "application.deleted"),
        [NotificationKind.RequestCommented] = new(Category.Access, "access.commented"),
        [NotificationKind.RevisionPublished] = new(Category.Changes, "revision.published"),
        [NotificationKind.BreakingRevision] = new(Category.Changes, "revision.breaking"),
        [NotificationKind.VersionDeprecated] = new(Category.Changes, "version.deprecated"),
        [NotificationKind.VersionRetired] = new(Category.Changes, "version.retired"),
        [NotificationKind.VersionReinstated] = new(Category.Changes, "version.reinstated"),
        [NotificationKind.GuidePublished] = new(Category.Changes, "guide.published"),
        [NotificationKind.ShadowMode] = new(Category.Changes, "shadow_mode.changed"),
        [NotificationKind.TransferOffered] = new(Category.Waiting, "transfer.offered"),
        [NotificationKind.TransferDecided] = new(Category.Running, "transfer.decided"),
        [NotificationKind.QuestionAsked] = new(Category.Questions, "question.asked"),
        [NotificationKind.QuestionAnswered] = new(Category.Questions, "question.answered"),
        [NotificationKind.AnswerAccepted] = new(Category.Questions, "answer.accepted"),
        [NotificationKind.QuestionRemoved] = new(Category.Questions, "question.removed"),
        [NotificationKind.TeamWithoutOwner] = new(Category.Running, "team.without_owner"),
        [NotificationKind.Recertification] = new(Category.Waiting, "recertification.told"),
        [NotificationKind.RecertificationOverdue] = new(Category.Waiting, "recertification.overdue"),
        [NotificationKind.NarrowingAsked] = new(Category.Waiting, "narrowing.asked"),
        [NotificationKind.NarrowingAnswered] = new(Category.Access, "narrowing.answered"),
        [NotificationKind.PlanChanged] = new(Category.Access, "plan.changed"),
        [NotificationKind.Quota] = new(Category.Running, "quota.used"),
        [NotificationKind.KeySetFailing] = new(Category.Running, "key_set.failing"),
        [NotificationKind.WebhookStopped] = new(Category.Running, "webhook.stopped"),
        [NotificationKind.WebhookTest] = new(Category.Running, "webhook.test"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static KindFacts Of(string kind) => All.TryGetValue(kind, out var facts) ? facts : new(Category.Access, kind);

    public static string[] KindsIn(NotificationCategory category) => [.. All.Where(k => k.Value.Category == category).Select(k => k.Key)];
}
