using Marketplace.Core.Access.Approval.Absences;
using Marketplace.Core.Access.Approval.Deciding;
using Marketplace.Core.Access.Approval.Policies;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Marketplace.Core.Access.Approval;

internal static class ApprovalServices
{
    /// <summary>The approval policy, and who approves by it.</summary>
    public static IServiceCollection AddApproval(this IServiceCollection services)
    {
        services.TryAddSingleton(ApprovalMemory.Usual);
        return services
            .AddSingleton<ApprovalPolicyShelf>().AddSingleton<ApprovalPolicyReader>().AddSingleton<CheckApprovalPolicy>()
            .AddSingleton<WriteApprovalPolicy>().AddSingleton<TryApprovalPolicy>().AddSingleton<PutApprovalPolicyIntoEffect>()
            .AddSingleton<LoweredReader>().AddSingleton<RouteRequest>().AddSingleton<RerouteRequests>().AddSingleton<EscalateApprovals>().AddSingleton<EntrustApprovals>();
    }
}
