using Marketplace.Contracts.Policy;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>A verified snapshot in the form that answers questions. Immutable; swapped whole.</summary>
internal sealed class EnforcedPolicy(PolicySnapshot snapshot, string? basePath)
{
    public string Audience { get; } = snapshot.Audience;

    public long Revision { get; } = snapshot.Revision;

    public OperationMatcher Operations { get; } = new(snapshot.Operations, basePath ?? snapshot.BasePath);

    public GrantIndex Grants { get; } = new(snapshot.Grants);
}
