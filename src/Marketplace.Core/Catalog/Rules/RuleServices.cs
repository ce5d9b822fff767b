using Marketplace.Core.Catalog.Rules.Findings;
using Marketplace.Core.Catalog.Rules.Rulesets;
using Marketplace.Core.Catalog.Rules.Runs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Marketplace.Core.Catalog.Rules;

internal static class RuleServices
{
    /// <summary>Rules, rulesets, and what they find.</summary>
    public static IServiceCollection AddRules(this IServiceCollection services)
    {
        services.TryAddSingleton(new PlatformTeam(null));
        return services.AddSingleton<RulesetEditors>()
            .AddSingleton<RulesetShelf>().AddSingleton<Guardrails>().AddSingleton<LintDocument>()
            .AddSingleton<WriteRuleset>().AddSingleton<PutIntoEffect>().AddSingleton<RulesetReader>()
            .AddSingleton<TryRuleset>().AddSingleton<RulesetRunner>().AddSingleton<FindingReader>().AddSingleton<GuardrailReader>();
    }
}
