using System.Globalization;
using Marketplace.Core.Access.Approval;
using Marketplace.Core.Access.Approval.Language;
using Marketplace.Core.Access.Emergencies;
using Marketplace.Core.Access.Grants.Renewal;
using Marketplace.Core.Access.Requests;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;

namespace Marketplace.Host.Setup;

/// <summary>How long access may last: <c>production/restricted=180 Looked at twice a year.; sandbox=90 Tried again each quarter.</c></summary>
public static class AccessSettings
{
    private const string Name = "MARKETPLACE_END_DATES";

    public static EndDates ReadEndDates(this IConfiguration configuration) =>
        new([.. (configuration[Name] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Read)]);

    /// <summary>How long emergency access may last at most, whatever the approval policy permits: <c>4</c> hours where nothing is said.</summary>
    public static EmergencyRules ReadEmergencies(this IConfiguration configuration)
    {
        const string name = "MARKETPLACE_BREAK_GLASS_HOURS";
        if (configuration[name] is not { Length: > 0 } text)
            return EmergencyRules.Usual;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var hours) && hours is > 0 and <= BreakGlass.MostHours
            ? new(hours)
            : throw new StartupException($"{name} is not a number of hours from 1 to {BreakGlass.MostHours}: {text}.");
    }

    /// <summary>How long a higher classification and a security officer's end go on counting: 30 days where nothing is said.</summary>
    public static ApprovalMemory ReadMemory(this IConfiguration configuration)
    {
        const string name = "MARKETPLACE_APPROVAL_MEMORY_DAYS";
        if (configuration[name] is not { Length: > 0 } text)
            return ApprovalMemory.Usual;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is > 0 and <= 366
            ? new(days)
            : throw new StartupException($"{name} is not a number of days from 1 to 366: {text}.");
    }

    /// <summary>So many days before the end a team is told: <c>30,7,1</c> where nothing is said.</summary>
    public static RenewalDays ReadRenewalDays(this IConfiguration configuration)
    {
        const string name = "MARKETPLACE_RENEWAL_DAYS";
        if (configuration[name] is not { Length: > 0 } text)
            return RenewalDays.Usual;
        var days = text.Split(',', StringSplitOptions.TrimEntries).Select(day => int.TryParse(day, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).ToList();
        return days.TrueForAll(day => day is > 0 and <= 366) && days.Distinct().Count() == days.Count
            ? new([.. days.OrderDescending()])
            : throw new StartupException($"{name} has a day that cannot be read: {text}. Write different numbers from 1 to 366, such as 30,7,1.");
    }

    private static EndDateRule Read(string rule)
    {
        if (rule.Split('=', 2) is [var place, var rest] && rest.Split(' ', 2) is [var days, var reason]
            && int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 366)
        {
            var (environment, data) = place.Split('/', 2) is [var one, var other] ? (one, other) : (place, "");
            if (data.Length == 0)
                return new(NullIfAny(environment), null, number, reason);
            if (StoredEnum.TryFromWord<Classification>(data, out var classification))
                return new(NullIfAny(environment), classification, number, reason);
        }

        throw new StartupException($"{Name} has a rule that cannot be read: {rule}. Write environment/classification=days reason, such as production/restricted=180 Looked at twice a year.");
    }

    private static string? NullIfAny(string environment) => environment is "" or "*" ? null : environment;
}
