using Marketplace.Core.Access.Requests.Comments;
using Marketplace.Core.Access.Requests.Drafts;
using Marketplace.Core.Access.Requests.Refused;
using Marketplace.Core.Access.Requests.Templates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Marketplace.Core.Access.Requests;

internal static class RequestServices
{
    public static IServiceCollection AddRequests(this IServiceCollection services)
    {
        services.TryAddSingleton(EndDates.Usual);
        return services
            .AddSingleton<SubmitAccessRequest>().AddSingleton<DecideAccessRequest>().AddSingleton<WithdrawAccessRequest>().AddSingleton<AccessRequestReader>()
            .AddSingleton<CommentOnRequest>().AddSingleton<RequestCommentReader>()
            .AddSingleton<EditDraft>().AddSingleton<SendDraft>().AddSingleton<DraftReader>()
            .AddSingleton<RefusedCallReader>()
            .AddSingleton<WriteTemplate>().AddSingleton<TemplateReader>();
    }
}
