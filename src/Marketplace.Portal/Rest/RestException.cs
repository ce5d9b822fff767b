using Marketplace.Core;

namespace Marketplace.Portal.Rest;

/// <summary>A request that cannot be bound: the framework's binding knows no other way out. <see cref="RestProblems"/> turns it into a response.</summary>
internal sealed class RestException(Problem problem) : Exception(problem.Message)
{
    public Problem Problem { get; } = problem;
}
