using System.Globalization;
using System.Text;
using Marketplace.Contracts.Policy;

namespace Marketplace.Gateways.Haproxy;

/// <summary>
/// Limits: a stick table for each plan counts what each client was let through in a window that slides. A plan's rate with
/// its burst is the burst in the time that the rate takes for it. Quotas are counted by the marketplace, which says in
/// the policy when one is used up; the grant's entry then holds until when.
/// </summary>
internal static class PlanRules
{
    // Entries that are a client each; haproxy takes memory for those in use alone, and drops the oldest beyond.
    private const string Size = "100k";
    private const int LongestClientId = 100;

    public static Rules Limits(this Rules rules, IReadOnlyList<PolicyPlan> plans)
    {
        if (plans.Count == 0)
            return rules;
        rules.Add("").Comment("The plan of that grant: what is refused is not counted.")
            .Set("spent", "var(txn.limited),field(4,-)");
        foreach (var plan in plans)
        {
            var isPlan = $"{{ var(txn.plan) -m str {Number(plan)} }}";
            rules.SetText("policy", Policy(plan), $"if {isPlan}");
            if (plan.Rate is not null)
                rules.Add($"http-request track-sc0 var(txn.client) table {Table(plan)} if {isPlan}");
        }

        rules.Set("retry", "var(txn.spent),sub(txn.now)", "if { var(txn.spent) -m found }")
            .SetText("limit", "\"quota\";r=0;t=%[var(txn.retry)]", "if { var(txn.spent) -m found }")
            .RefuseIf(ReasonCode.QuotaExceeded, "{ var(txn.spent) -m found } { var(txn.retry) -m int gt 0 }");
        var limited = plans.Where(plan => plan.Rate is not null).ToList();
        foreach (var plan in limited)
        {
            var full = $"{{ var(txn.plan) -m str {Number(plan)} }} {{ sc0_gpc0_rate({Table(plan)}) ge {Number(plan.Burst!.Value)} }}";
            rules.Set("retry", $"int({Number(Math.Max(1, (long)Math.Ceiling((double)plan.Per!.Value / plan.Rate!.Value)))})", $"if {full}")
                .SetText("limit", "\"rate\";r=0;t=%[var(txn.retry)]", $"if {full}")
                .RefuseIf(ReasonCode.RateExceeded, full);
        }

        return limited.Count == 0 ? rules : rules.Add($"http-request sc-inc-gpc0(0) if {{ sc0_tracked }}{(rules.MayLetThrough ? " !{ var(txn.kept) -m found }" : "")}");
    }

    /// <summary>What an answer of the service says of the limits: draft-ietf-httpapi-ratelimit-headers.</summary>
    public static Rules TellLimits(this Rules rules, IReadOnlyList<PolicyPlan> plans)
    {
        if (plans.Count > 0)
            rules.Add("http-response set-header RateLimit-Policy %[var(txn.policy)] if { var(txn.policy) -m found }");
        foreach (var plan in plans.Where(plan => plan.Rate is not null))
        {
            rules.Add($"http-response set-header RateLimit '\"rate\";r=%[sc0_gpc0_rate({Table(plan)}),neg,add({Number(plan.Burst!.Value)})];t={Number((Milliseconds(plan) + 999) / 1000)}'"
                + $" if {{ var(txn.plan) -m str {Number(plan)} }} {{ sc0_gpc0_rate({Table(plan)}) le {Number(plan.Burst.Value)} }}");
        }

        return rules;
    }

    /// <summary>The tables, each a section of its own; empty where nothing is limited.</summary>
    /// <param name="plans">All of the policy.</param>
    /// <param name="from">Names the defaults where others are named: haproxy takes no mixture.</param>
    public static string Tables(IReadOnlyList<PolicyPlan> plans, string from)
    {
        var text = new StringBuilder();
        foreach (var plan in plans.Where(plan => plan.Rate is not null))
        {
            var window = Number(Milliseconds(plan));
            text.Append(CultureInfo.InvariantCulture, $"backend {Table(plan)}{from}\n  # {Number(plan.Rate!.Value)} calls in {plan.Per} s, at most {Number(plan.Burst!.Value)} at once.\n")
                .Append(CultureInfo.InvariantCulture, $"  stick-table type string len {LongestClientId} size {Size} expire {Number(Math.Max(1000, Milliseconds(plan) * 2))}ms store gpc0_rate({window}ms),gpc0\n\n");
        }

        return text.ToString();
    }

    private static string Table(PolicyPlan plan) => "plan_" + Number(plan);

    private static string Number(PolicyPlan plan) => Number(plan.Number);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    // haproxy keeps a time in 32 bits: 24 days.
    private static long Milliseconds(PolicyPlan plan) => Math.Clamp((long)Math.Ceiling(plan.Burst!.Value * 1000.0 * plan.Per!.Value / plan.Rate!.Value), 1, 1_000_000_000);

    private static string Policy(PolicyPlan plan) => string.Join(", ", new[]
    {
        plan.Rate is { } rate ? $"\"rate\";q={Number(rate)};w={plan.Per}" : null,
        plan.Quota is { } quota ? $"\"quota\";q={Number(quota)}{(plan.Window == PlanWindow.Day ? ";w=86400" : "")}" : null,
    }.OfType<string>());
}
