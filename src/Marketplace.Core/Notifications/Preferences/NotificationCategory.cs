using Marketplace.Core.Data;

namespace Marketplace.Core.Notifications.Preferences;

/// <summary>What people choose by: not every kind of news apart, but what it is to them.</summary>
public enum NotificationCategory
{
    /// <summary>Somebody waits for the reader.</summary>
    Waiting,

    /// <summary>What becomes of the reader's requests and grants.</summary>
    Access,

    /// <summary>APIs that the reader's applications call, or that the reader follows.</summary>
    Changes,
    Questions,

    /// <summary>What the reader's teams run and own.</summary>
    Running,

    /// <summary>Nobody mutes it.</summary>
    Security,
}

/// <summary>How soon an e-mail follows.</summary>
public enum MailCadence
{
    AtOnce,
    Hourly,
    Daily,
    Never,
}

public static class NotificationCategories
{
    /// <summary>What waits for somebody, or stops their calls, cannot wait for a digest; the rest can.</summary>
    public static MailCadence Usual(NotificationCategory category) =>
        category is NotificationCategory.Waiting or NotificationCategory.Access or NotificationCategory.Security ? MailCadence.AtOnce : MailCadence.Daily;

    public static bool IsFixed(NotificationCategory category) => category is NotificationCategory.Security;

    public static string TitleOf(NotificationCategory category) => category switch
    {
        NotificationCategory.Waiting => "Waits for you",
        NotificationCategory.Access => "Your access",
        NotificationCategory.Changes => "APIs that you call or follow",
        NotificationCategory.Questions => "Questions and answers",
        NotificationCategory.Running => "What your teams run",
        _ => "Security",
    };

    public static string ExplanationOf(NotificationCategory category) => category switch
    {
        NotificationCategory.Waiting => "Requests, transfers and reviews that you or your team decide.",
        NotificationCategory.Access => "What was decided about your requests; grants that end or are taken away.",
        NotificationCategory.Changes => "New revisions and guides, deprecations, what a change breaks, shadow mode.",
        NotificationCategory.Questions => "On your APIs, and answers to your own.",
        NotificationCategory.Running => "Key sets and webhooks that fail, ownership that has changed.",
        _ => "Emergency access, incidents, accounts. Always told at once.",
    };

    public static string WordsOf(MailCadence cadence) => cadence switch
    {
        MailCadence.AtOnce => "At once",
        MailCadence.Hourly => "Once an hour",
        MailCadence.Daily => "Once a day",
        _ => "Never",
    };

    internal static string Word(NotificationCategory category) => StoredEnum.ToWord(category);
}
