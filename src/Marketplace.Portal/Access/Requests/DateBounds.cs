using Marketplace.Core.Access.Requests;
using Marketplace.Core.Catalog;

namespace Marketplace.Portal.Access.Requests;

/// <summary>How far ahead an end date may be, in each environment, for what is asked for.</summary>
public sealed record DateBounds(DateOnly First, DateOnly Last, string Hint)
{
    public static DateBounds Of(EndDates rules, IReadOnlyCollection<Classification> classifications, DateTimeOffset now)
    {
        var (sandbox, production) = (rules.For(DeploymentEnvironment.Sandbox, classifications), rules.For(DeploymentEnvironment.Production, classifications));
        var longest = sandbox.Days > production.Days ? sandbox : production;
        var hint = sandbox == production
            ? $"The last day, at most {production.Days} days ahead. {production.Reason}"
            : $"The last day. In sandbox at most {sandbox.Days} days ahead: {sandbox.Reason} In production {production.Days}: {production.Reason}";
        return new(Day(now), Day(longest.Latest(now).AddDays(-1)), hint);
    }

    private static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);
}
