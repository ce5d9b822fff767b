using System.Globalization;
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
