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
