using System.Globalization;
using Marketplace.Contracts.Policy;

namespace Marketplace.Core.Access.Plans;

/// <summary>Limits as people read them.</summary>
public static class LimitWords
{
    public static string Rate(long? rate, int? per) => rate is { } calls ? $"{Number(calls)} {Calls(calls)} a {(per == 60 ? "minute" : "second")}" : "No limit";

    public static string Quota(long? quota, string? window) => quota is { } calls ? $"{Number(calls)} {Calls(calls)} a {(window == PlanWindow.Day ? "day" : "month")}" : "No limit";

    public static string Lifetime(int? days) => days is { } most ? $"{most} {(most == 1 ? "day" : "days")}" : $"{LimitsInput.LongestDays} days";

    /// <summary>Such as "10 calls a second, at most 20 at once; 100,000 calls a month."</summary>
    public static string Sentence(PlanLimits limits) => Sentence(limits.Rate, limits.Per, limits.Burst, limits.Quota, limits.QuotaWindow);

    public static string Sentence(long? rate, int? per, long? burst, long? quota, string? window)
    {
        var parts = new[]
        {
            rate is null ? null : Rate(rate, per) + (burst != rate ? $", at most {Number(burst!.Value)} at once" : ""),
            quota is null ? null : Quota(quota, window),
        }.OfType<string>().ToList();
        return parts.Count == 0 ? "As many calls as you like." : string.Join("; ", parts) + ".";
    }

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Calls(long number) => number == 1 ? "call" : "calls";
}
