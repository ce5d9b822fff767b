namespace Marketplace.Core.Access.Approval;

/// <summary>
/// What goes on counting when somebody has changed it: how an API's data was classified before it was classified lower,
/// and that a security officer ended access.
/// </summary>
/// <param name="Days">For so long.</param>
public sealed record ApprovalMemory(int Days)
{
    public static ApprovalMemory Usual { get; } = new(30);

    internal DateTimeOffset Since(DateTimeOffset now) => now.AddDays(-Days);
}
