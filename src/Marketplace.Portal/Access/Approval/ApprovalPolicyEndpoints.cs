using Marketplace.Contracts.Rest;
using Marketplace.Core.Access.Approval.Policies;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Access.Approval;

internal static class ApprovalPolicyEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var policies = rest.MapGroup("/approval-policies").WithTags("Approval policy");
        policies.MapGet("", ListAsync).WithName("listApprovalPolicies")
            .WithSummary("Every version of the approval policy, newest first.").Produces<PageBody<ApprovalPolicySummaryBody>>();
        policies.MapPost("", WriteAsync).WithName("writeApprovalPolicy")
            .WithSummary("Write a new version of the approval policy; nothing is decided by it yet. For security officers and administrators.")
            .Produces<ApprovalPolicyBody>(StatusCodes.Status201Created);
        policies.MapPost("/check", CheckAsync).WithName("checkApprovalPolicy")
            .WithSummary("Read a policy, run its cases and replay last month's requests through it; nothing is kept. For security officers, administrators and auditors.")
            .Produces<CheckedApprovalPolicyBody>();
        policies.MapGet("/{number:int}", GetAsync).WithName("getApprovalPolicy")
            .WithSummary("A version of the approval policy: its text and what its cases say.").Produces<ApprovalPolicyBody>();
        policies.MapPost("/{number:int}/dry-run", TryAsync).WithName("tryApprovalPolicy")
            .WithSummary("Replay last month's requests through a version, and keep what goes another way. For security officers and administrators.").Produces<DryRunBody>();
        policies.MapPost("/{number:int}/effect", PutAsync).WithName("putApprovalPolicyIntoEffect")
            .WithSummary("Put a version into effect that another person wrote and that has been tried. For security officers and administrators.").Produces<ApprovalPolicyBody>();
    }

    private static async Task<IResult> ListAsync(int? page, int? limit, ApprovalPolicyReader policies, CancellationToken cancellation) =>
        Answer.Page(await policies.ListAsync(Paged.From(page, limit), cancellation), ApprovalPolicyBodyMap.Of);

    private static async Task<IResult> GetAsync(int number, ApprovalPolicyReader policies, CancellationToken cancellation) =>
        Answer.Found(await policies.FindAsync(number, cancellation), $"There is no approval policy {number}.", ApprovalPolicyBodyMap.Of);

    private static async Task<IResult> CheckAsync(JsonBody<CheckApprovalPolicyBody> body, CheckApprovalPolicy check, HttpContext context, CancellationToken cancellation) =>
        Answer.Ok(await check.ExecuteAsync(context.Actor(), body.Value.Text, cancellation), ApprovalPolicyBodyMap.Of);

    private static async Task<IResult> WriteAsync(
        JsonBody<NewApprovalPolicyBody> body, WriteApprovalPolicy write, ApprovalPolicyReader policies, HttpContext context, CancellationToken cancellation)
    {
        var written = await write.ExecuteAsync(context.Actor(), new(body.Value.Text, body.Value.Note, body.Value.BasedOn), cancellation);
        return written.Succeeded
            ? Answer.Created($"/approval-policies/{written.Value}", ApprovalPolicyBodyMap.Of((await policies.FindAsync(written.Value, cancellation))!))
            : new ProblemResult(written.Problems);
    }

    private static async Task<IResult> TryAsync(int number, TryApprovalPolicy trial, HttpContext context, CancellationToken cancellation) =>
        Answer.Ok(await trial.ExecuteAsync(context.Actor(), number, cancellation), ApprovalPolicyBodyMap.Of);

    private static async Task<IResult> PutAsync(
        int number, JsonBody<ApprovalPolicyEffectBody> body, PutApprovalPolicyIntoEffect put, ApprovalPolicyReader policies, HttpContext context, CancellationToken cancellation)
    {
        var done = await put.ExecuteAsync(context.Actor(), number, body.Value.Reason, cancellation);
        return done.Succeeded ? await GetAsync(number, policies, cancellation) : new ProblemResult(done.Problems);
    }
}
