using System.Globalization;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Data;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Portal.Catalog.Api;

/// <summary>Where an owner moves a line to.</summary>
public sealed record LifecycleForm(Lifecycle Lifecycle, string Sunset, string Successor, string Reason)
{
    /// <summary>The day chosen is included: a line ends when it is over in UTC.</summary>
    public DateTimeOffset? SunsetAt => DateOnly.TryParseExact(Sunset, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        ? new(day.ToDateTime(new TimeOnly(23, 59, 59)), TimeSpan.Zero)
        : null;

    /// <summary>As written, <c>payments/v2</c>; what cannot be one is a line that nobody knows.</summary>
    public LineName? SuccessorName => Successor.Split('/', 2) switch
    {
        [""] => null,
        [var api, var version] => new(api.Trim(), version.Trim()),
        _ => new(Successor, ""),
    };

    public static LineName? NameOf(SuccessorRow? successor) => successor is null ? null : new(successor.Api, successor.Version);

    public static LifecycleForm Of(ApiHead head) => new(
        head.Version.Lifecycle,
        head.Version.SunsetAt?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "",
        head.Version.Successor is { } next ? $"{next.Api}/{next.Version}" : "",
        "");

    public static LifecycleForm Read(IFormCollection form) => new(
        StoredEnum.TryFromWord<Lifecycle>(form["lifecycle"], out var value) ? value : (Lifecycle)(-1),
        form["sunsetAt"].ToString(), form["successor"].ToString().Trim(), form["reason"].ToString().Trim());

    public string Done(ApiHead head) => Lifecycle switch
    {
        Lifecycle.Retired => $"{head.Api.Title} {head.Version.Version} is retired. Its grants have ended and its consumers are told.",
        Lifecycle.Deprecated => $"{head.Api.Title} {head.Version.Version} is deprecated. Its consumers are told.",
        _ => $"{head.Api.Title} {head.Version.Version} is {Words.Slug(Lifecycle)}.",
    };
}
