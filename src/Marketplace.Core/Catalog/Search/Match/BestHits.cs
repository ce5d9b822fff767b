namespace Marketplace.Core.Catalog.Search.Match;

/// <summary>Keeps the best of many: by score, and in the index's order where scores are equal.</summary>
internal sealed class BestHits(int most)
{
    private readonly PriorityQueue<int, ulong> _worstFirst = new();

    public void Offer(int position, float score)
    {
        // The bits of positive floats are ordered as the floats are.
        var rank = ((ulong)BitConverter.SingleToUInt32Bits(Math.Max(score, 0)) << 32) | (uint)(int.MaxValue - position);
        if (_worstFirst.Count < most)
            _worstFirst.Enqueue(position, rank);
        else if (_worstFirst.TryPeek(out _, out var worst) && rank > worst)
            _worstFirst.EnqueueDequeue(position, rank);
    }

    /// <summary>Best first, without the first <paramref name="skip"/>.</summary>
    public List<int> Take(int skip)
    {
        var hits = new List<int>();
        while (_worstFirst.Count > Math.Max(skip, 0) && _worstFirst.TryDequeue(out var position, out _))
            hits.Add(position);
        hits.Reverse();
        return hits;
    }
}
