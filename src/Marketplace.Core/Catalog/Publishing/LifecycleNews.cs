using System.Globalization;
using Marketplace.Core.Notifications;

namespace Marketplace.Core.Catalog.Publishing;

/// <summary>What consumers and subscribers are told when a line moves on.</summary>
internal static class LifecycleNews
{
    /// <param name="title">The API's and the line's name, such as "Payments v1".</param>
    /// <param name="link">The line's page.</param>
    /// <param name="before">How it stood.</param>
    /// <param name="line">How it stands now.</param>
    /// <param name="successor">The name of what takes its place; null for nothing.</param>
    /// <param name="reason">Why, in the owner's words.</param>
    /// <returns>Null when nobody has to know.</returns>
    public static Message? Of(string title, string link, LineState before, ApiVersion line, string? successor, string? reason)
    {
        var instead = successor is null ? "" : $" {successor} takes its place: ask for access to its endpoints.";
        var why = string.IsNullOrWhiteSpace(reason) ? "" : $"\nWhy: {reason.Trim()}";
        return (before.Lifecycle, line.Lifecycle) switch
        {
            (Lifecycle.Draft, Lifecycle.Published) => new(NotificationKind.RevisionPublished, $"{title} is published", "Everybody can ask for access to its endpoints.", link),
            (Lifecycle.Published, Lifecycle.Deprecated) => new(
                NotificationKind.VersionDeprecated, $"{title} is deprecated and ends on {Day(line.SunsetAt!.Value)}",
                $"It can be called until then.{instead}{why}", link),
            (Lifecycle.Deprecated, Lifecycle.Deprecated) when before.SunsetAt != line.SunsetAt => new(
                NotificationKind.VersionDeprecated, $"{title} now ends on {Day(line.SunsetAt!.Value)}",
                $"Before, its end was {Day(before.SunsetAt!.Value)}.{instead}{why}", link),
            (Lifecycle.Deprecated, Lifecycle.Deprecated) when before.Successor != line.SuccessorId && successor is not null => new(
                NotificationKind.VersionDeprecated, $"{successor} takes the place of {title}",
                $"{title} ends on {Day(line.SunsetAt!.Value)}. Ask for access to the endpoints of {successor}.{why}", link),
            (Lifecycle.Deprecated, Lifecycle.Published) => new(
                NotificationKind.VersionReinstated, $"{title} is no longer deprecated", $"It goes on without an end.{why}", link),
            (not Lifecycle.Retired, Lifecycle.Retired) => new(
                NotificationKind.VersionRetired, $"{title} is retired",
                $"All grants for it have ended: calls are refused from now on.{instead}{why}", link),
            _ => null,
        };
    }

    internal static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM yyyy", CultureInfo.InvariantCulture);
}

internal readonly record struct LineState(Lifecycle Lifecycle, DateTimeOffset? SunsetAt, Guid? Successor)
{
    public static LineState Of(ApiVersion line) => new(line.Lifecycle, line.SunsetAt, line.SuccessorId);
}
