using System.Diagnostics.CodeAnalysis;

namespace Marketplace.Contracts.Policy;

/// <summary>The operation that a request means, or the reason why it means none.</summary>
/// <param name="Operation">The operation, or null.</param>
/// <param name="Reason">A <see cref="ReasonCode"/>, or null when an operation was found.</param>
public readonly record struct OperationMatch(PolicyOperation? Operation, string? Reason)
{
    /// <summary>Whether an operation was found.</summary>
    [MemberNotNullWhen(true, nameof(Operation))]
    [MemberNotNullWhen(false, nameof(Reason))]
    public bool Found => Operation is not null;

    internal static OperationMatch Refused(string reason) => new(null, reason);
}
