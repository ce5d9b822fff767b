namespace Marketplace.Core.Notifications;

/// <summary>What a notification tells of; people will choose by it how they are told.</summary>
public static class NotificationKind
{
    public const string AccessRequested = "access_requested";

    /// <summary>Somebody else set a password, gave a platform role, or made an account with one.</summary>
    public const string AccountChanged = "account_changed";
    public const string AccessDecided = "access_decided";

    /// <summary>Another approval policy is proposed, or in effect.</summary>
    public const string ApprovalPolicy = "approval_policy";

    /// <summary>A request has waited longer than its rule allows.</summary>
    public const string ApprovalOverdue = "approval_overdue";

    /// <summary>Somebody is away, and the reader gives their approvals.</summary>
    public const string ApprovalsEntrusted = "approvals_entrusted";
    public const string RequestCommented = "request_commented";
    public const string GrantRevoked = "grant_revoked";

    /// <summary>Somebody took access in an incident, without approval.</summary>
    public const string EmergencyTaken = "emergency_taken";
    public const string EmergencyEnded = "emergency_ended";
    public const string EmergencyReviewDue = "emergency_review_due";
    public const string EmergencyReviewed = "emergency_reviewed";
    public const string Recertification = "recertification";
    public const string RecertificationOverdue = "recertification_overdue";
    public const string NarrowingAsked = "narrowing_asked";
    public const string NarrowingAnswered = "narrowing_answered";
    public const string AccessEnding = "access_ending";
    public const string GrantSuspended = "grant_suspended";
    public const string ApplicationStopped = "application_stopped";
    public const string ApplicationDeleted = "application_deleted";
    public const string RevisionPublished = "revision_published";
    public const string BreakingRevision = "breaking_revision";
    public const string VersionDeprecated = "version_deprecated";
    public const string VersionRetired = "version_retired";
    public const string VersionReinstated = "version_reinstated";
    public const string GuidePublished = "guide_published";
    public const string TransferOffered = "transfer_offered";
    public const string TransferDecided = "transfer_decided";
    public const string QuestionAsked = "question_asked";
    public const string QuestionAnswered = "question_answered";
    public const string AnswerAccepted = "answer_accepted";
    public const string QuestionRemoved = "question_removed";
    public const string ShadowMode = "shadow_mode";
    public const string AccessSuggested = "access_suggested";
    public const string TeamWithoutOwner = "team_without_owner";
    public const string PlanChanged = "plan_changed";
    public const string Quota = "quota";
    public const string KeySetFailing = "key_set_failing";
    public const string WebhookStopped = "webhook_stopped";
    public const string WebhookTest = "webhook_test";
}
