using Marketplace.Core;

namespace Marketplace.Portal.Shell;

public static class Outcomes
{
    public static bool IsNotFound<T>(this Outcome<T> outcome) => outcome.Problems.Any(p => p is { Code: Problem.NotFound, Field: null });

    public static bool IsForbidden<T>(this Outcome<T> outcome) => outcome.Problems.Any(p => p.Code == Problem.Forbidden);
}
