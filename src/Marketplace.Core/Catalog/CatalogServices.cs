using Marketplace.Core.Catalog.Changes;
using Marketplace.Core.Catalog.Changes.History;
using Marketplace.Core.Catalog.Documents;
using Marketplace.Core.Catalog.Following;
using Marketplace.Core.Catalog.Guides;
using Marketplace.Core.Catalog.Ownership;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Catalog.Questions;
using Marketplace.Core.Catalog.Rules;
using Marketplace.Core.Catalog.Search;
using Marketplace.Core.Catalog.Search.Feed;
using Marketplace.Core.Fetching;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Core.Catalog;

public static class CatalogServices
{
    /// <summary>Publishing, finding and reading APIs.</summary>
    internal static IServiceCollection AddCatalog(this IServiceCollection services) => services.AddRules()
        .AddSingleton<CreateApi>().AddSingleton<ChangeApi>().AddSingleton<PublishSpec>().AddSingleton<ChangeVersion>()
        .AddSingleton<WriteGuide>().AddSingleton<GuideReader>().AddSingleton<AskQuestion>().AddSingleton<AnswerQuestion>().AddSingleton<QuestionReader>()
        .AddSingleton<CompareSpec>().AddSingleton<CompareRevisions>().AddSingleton<ChangelogReader>()
        .AddSingleton<FollowApi>().AddSingleton<FollowingReader>().AddSingleton<TransferApi>().AddSingleton<TransferReader>()
        .AddSingleton<CatalogReader>().AddSingleton<CatalogSearch>().AddSingleton<CatalogIndexLoader>().AddSingleton<CatalogIndexKeeper>()
        .AddSingleton(p => new DocumentFetcher(p.GetService<FetchOptions>() ?? new FetchOptions()));
}
