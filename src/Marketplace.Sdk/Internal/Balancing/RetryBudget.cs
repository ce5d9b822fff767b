namespace Marketplace.Sdk.Internal.Balancing;

/// <summary>
/// Each call puts in a part of a retry and each retry takes out a whole one, so that retries are never more than that part
/// of the calls: an outage of the callee is not made worse by its callers.
/// </summary>
internal sealed class RetryBudget(double part)
{
    private const int Whole = 1000;
    // For who calls seldom, and no more than these at once after a long time without any.
    private const long Reserve = 10 * Whole;
    private const long Most = 100 * Whole;
    private readonly long deposit = (long)(part * Whole);
    private long balance = Reserve;

    public void Deposit()
    {
        if (Interlocked.Read(ref balance) < Most)
            Interlocked.Add(ref balance, deposit);
    }

    public bool TryTake()
    {
        if (Interlocked.Add(ref balance, -Whole) >= 0)
            return true;
        Interlocked.Add(ref balance, Whole);
        return false;
    }
}
