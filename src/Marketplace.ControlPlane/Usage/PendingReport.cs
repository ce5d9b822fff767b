using Marketplace.Contracts.Usage;
using Marketplace.ControlPlane.Snapshots;

namespace Marketplace.ControlPlane.Usage;

/// <summary>One run of one instance that reports the calls of a line.</summary>
/// <param name="Line">Which line was called.</param>
/// <param name="ClientId">Whose token it reports with.</param>
/// <param name="Instance">As it calls itself; empty when it does not say.</param>
/// <param name="Start">When it began, in milliseconds since 1970.</param>
internal readonly record struct UsageSource(SnapshotKey Line, string ClientId, string Instance, long Start);

/// <summary>A good report that waits to be written, and its sender that waits to hear so.</summary>
internal sealed record PendingReport(UsageSource Source, UsageReport Report)
{
    private readonly TaskCompletionSource<UsageReceipt?> written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What came of it; null when it could not be written.</summary>
    public Task<UsageReceipt?> Written => written.Task;

    public void Answer(UsageReceipt? receipt) => written.TrySetResult(receipt);
}
