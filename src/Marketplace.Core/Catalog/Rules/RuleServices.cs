using Marketplace.Core.Catalog.Rules.Findings;
using Marketplace.Core.Catalog.Rules.Rulesets;
using Marketplace.Core.Catalog.Rules.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Core.Catalog.Rules;

internal static class RuleServices
{
    /// <summary>Rules, rulesets, and what they find.</summary>
    public static IServiceCollection AddRules(this IServiceCollection services) => services
        .AddSingleton<RulesetShelf>().AddSingleton<Guardrails>().AddSingleton<LintDocument>()
        .AddSingleton<WriteRuleset>().AddSingleton<PutIntoEffect>().AddSingleton<RulesetReader>()
        .AddSingleton<TryRuleset>().AddSingleton<RulesetRunner>().AddSingleton<FindingReader>().AddSingleton<GuardrailReader>();
}
