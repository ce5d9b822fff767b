using Marketplace.Core.Access.Recertification.Evidence;
using Marketplace.Core.Access.Recertification.Unused;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Core.Access.Recertification;

internal static class RecertificationServices
{
    internal static IServiceCollection AddRecertification(this IServiceCollection services) => services
        .AddSingleton<OpenCampaign>().AddSingleton<GatherCampaign>().AddSingleton<CampaignReader>().AddSingleton<AnswerItems>().AddSingleton<CloseCampaign>().AddSingleton<CampaignClock>()
        .AddSingleton<ExportEvidence>().AddSingleton<UnusedReader>().AddSingleton<AskToNarrow>().AddSingleton<AnswerNarrowing>().AddSingleton<NarrowUnused>()
        .AddSingleton<NarrowingReader>();
}
