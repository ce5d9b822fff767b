namespace Marketplace.Contracts.Audit;

/// <summary>Where a chain stood: the last event and its hash. Signed, with a time, it is a checkpoint.</summary>
/// <param name="Sequence">The last event.</param>
/// <param name="Hash">Its hash, which holds every event before it.</param>
public sealed record ChainMark(long Sequence, byte[] Hash);
