using Marketplace.Contracts.Rest;
using Marketplace.Core.Access.Approval.Language;
using Marketplace.Core.Access.Approval.Policies;

namespace Marketplace.Portal.Access.Approval;

internal static class ApprovalPolicyBodyMap
{
    public static ApprovalPolicySummaryBody Of(ApprovalPolicyRow r) => new(r.Number, r.Note, r.WrittenBy, r.WrittenAt, r.IsInEffect, r.LastPutAt, r.LastPutBy);

    public static ApprovalPolicyBody Of(ApprovalPolicyDetails d) => new(
        d.Row.Number, d.Row.Note, d.Row.WrittenBy, d.Row.WrittenAt, d.Row.IsInEffect, d.Row.LastPutAt, d.Row.LastPutBy, d.Text,
        d.Report.MayTakeEffect, Of(d.Report.Faults), Of(d.Report.Cases), Of(d.Report.Hints));

    public static CheckedApprovalPolicyBody Of(CheckedPolicy c) => new(
        c.MayTakeEffect, Of(c.Report?.Faults ?? c.Faults), Of(c.Report?.Cases ?? []), Of(c.Report?.Hints ?? []), c.DryRun is null ? null : Of(c.DryRun));

    public static DryRunBody Of(DryRun r) => new(
        r.Against, r.Since, r.Requests, r.Endpoints, r.Changed, r.Stricter, r.Looser,
        [.. r.Changes.Select(c => new RoutingChangeBody(Of(c.From), Of(c.To), c.Change, c.Requests, c.Endpoints))],
        [.. r.List.Select(c => new ChangedRequestBody(c.Number, c.Application, c.Environment, c.Api, c.Version, c.Endpoint, c.Endpoints, Of(c.From), Of(c.To), c.Change))],
        [.. r.Emergencies.Select(e => new EmergencyChangeBody(e.Classification, e.Environment, e.From, e.To, e.Change))]);

    private static RoutedByBody Of(RoutedBy r) => new(r.Rule, r.Approvers);

    private static PolicyFaultBody[] Of(IReadOnlyList<PolicyFault> faults) => [.. faults.Select(f => new PolicyFaultBody(f.Line, f.Column, f.Message))];

    private static PolicyCaseBody[] Of(IReadOnlyList<CaseResult> cases) => [.. cases.Select(c => new PolicyCaseBody(c.Name, c.Line, c.Expected, c.Holds, c.Why))];
}
