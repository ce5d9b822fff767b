namespace Marketplace.Contracts.Rest;

/// <summary>Something that you were told.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Kind">What it tells of, such as <c>version_deprecated</c>.</param>
/// <param name="Subject">What happened.</param>
/// <param name="Text">What it means and what to do.</param>
/// <param name="Link">A path of the portal.</param>
/// <param name="At">When.</param>
/// <param name="ReadAt">When you marked it read; null while it is unread.</param>
public sealed record NotificationBody(Guid Id, string Kind, string Subject, string Text, string Link, DateTimeOffset At, DateTimeOffset? ReadAt);

/// <summary>Marks what is in your inbox as read.</summary>
/// <param name="UpTo">The time of the newest that you have seen; what came later stays unread. Left out: all.</param>
public sealed record NewReadingBody(DateTimeOffset? UpTo = null);

/// <summary>What was marked.</summary>
/// <param name="Read">How many were unread before.</param>
public sealed record ReadingBody(int Read);

/// <summary>How you are told besides the inbox, which has everything.</summary>
/// <param name="Address">Where e-mail goes; null without an address.</param>
/// <param name="MailIsSetUp">Whether an operator has named a mail server.</param>
/// <param name="Undelivered">What the mail server said of the last e-mail to you, if it would not take it.</param>
/// <param name="Categories">What you can choose by.</param>
public sealed record NotificationPreferencesBody(string? Address, bool MailIsSetUp, string? Undelivered, IReadOnlyList<NotificationPreferenceBody> Categories);

/// <summary>How soon an e-mail follows.</summary>
/// <param name="Category">Such as <c>waiting</c>.</param>
/// <param name="Email"><c>at_once</c>, <c>hourly</c>, <c>daily</c> or <c>never</c>.</param>
/// <param name="Usual">What it is until you choose.</param>
/// <param name="Fixed">It cannot be chosen.</param>
public sealed record NotificationPreferenceBody(string Category, string Email, string Usual, bool Fixed);

/// <summary>Choose how you are told.</summary>
/// <param name="Email">By category: <c>at_once</c>, <c>hourly</c>, <c>daily</c> or <c>never</c>.</param>
public sealed record NewNotificationPreferencesBody(IReadOnlyDictionary<string, string> Email);
