using Microsoft.Extensions.Options;

namespace Marketplace.Sdk.Internal;

/// <summary>All problems at once, at start.</summary>
internal sealed class OptionsProblems<T> : IValidateOptions<T>
    where T : MarketplaceClientOptions
{
    public ValidateOptionsResult Validate(string? name, T options)
    {
        var problems = options.Problems().ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
