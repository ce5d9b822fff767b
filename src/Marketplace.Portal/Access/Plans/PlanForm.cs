using System.Globalization;
using Marketplace.Contracts.Policy;
using Marketplace.Core.Access.Plans;
using Marketplace.Core.Data;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Portal.Access.Plans;

/// <summary>What an owner typed, kept as it was typed.</summary>
/// <param name="Revision">What the change is based on; null for a new plan.</param>
public sealed record PlanForm(
    string Title, string Description, IReadOnlyList<string> Environments, string Tags, bool IsDefault,
    string Rate, string Per, string Burst, string Quota, string Window, string MaximumDays, int? Revision)
{
    public PlanInput Input => new(
        Title, Description, Environments, Tags.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), IsDefault,
        new(Number(Rate), Per == "60" ? 60 : 1, Number(Burst), Number(Quota), Window, Number(MaximumDays) is { } days ? (int)Math.Min(days, int.MaxValue) : null));

    /// <summary>A new plan is offered everywhere, and the first one is the default.</summary>
    public static PlanForm Empty(PlansModel among) => new(
        "", "", [.. among.Head.Audiences.Select(a => a.Key)], "", !among.Plans.Any(p => p.IsDefault), "", "1", "", "", PlanWindow.Month, "", null);

    public static PlanForm Of(PlanRow plan) => new(
        plan.Title, plan.Description, plan.Environments, string.Join(", ", plan.Tags), plan.IsDefault, Text(plan.Rate), plan.Per == 60 ? "60" : "1",
        plan.Burst == plan.Rate ? "" : Text(plan.Burst), Text(plan.Quota), plan.Window ?? PlanWindow.Month, Text(plan.MaximumDays), plan.Revision);

    public static PlanForm Read(IFormCollection form) => new(
        form["title"].ToString(), form["description"].ToString(), [.. form["environments"].OfType<string>()], form["tags"].ToString(), form["isDefault"] == "true",
        form["rate"].ToString(), form["per"].ToString(), form["burst"].ToString(), form["quota"].ToString(), form["window"].ToString(), form["maximumDays"].ToString(),
        int.TryParse(form["revision"], CultureInfo.InvariantCulture, out var revision) ? revision : null);

    private static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    // What is no number is none that the rules take, and they say so beside the field.
    private static long? Number(string text) => text.Trim().Length == 0 ? null
        : long.TryParse(text.Replace(",", "", StringComparison.Ordinal).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
