namespace Marketplace.ControlPlane.Usage;

/// <summary>
/// Reports on their way to the database. Nothing is acknowledged before it is written, so what stands here when the
/// process is killed is sent again. The room is bounded, and a share of it is all that one client may take.
/// </summary>
internal sealed class UsageIntake
{
    /// <summary>Some 60 MB.</summary>
    public const int MaxRows = 200_000;

    public const int MaxRowsOfClient = MaxRows / 4;

    private const int MaxBatch = 20_000;
    private readonly Lock gate = new();
    private readonly LinkedList<PendingReport> waiting = [];
    private readonly Dictionary<string, int> rowsOf = new(StringComparer.Ordinal);
    private int rows;

    /// <summary>False when there is no room now.</summary>
    public bool TryAdd(PendingReport report)
    {
        // An empty one takes room as well.
        var size = report.Report.Rows.Count + 1;
        lock (gate)
        {
            var ofClient = rowsOf.GetValueOrDefault(report.Source.ClientId);
            if (rows + size > MaxRows || ofClient + size > MaxRowsOfClient)
                return false;
            rows += size;
            rowsOf[report.Source.ClientId] = ofClient + size;
            waiting.AddLast(report);
            return true;
        }
    }

    /// <summary>The oldest, at most one of each source: which of two came first must be seen.</summary>
    public List<PendingReport> Take()
    {
        var batch = new List<PendingReport>();
        var sources = new HashSet<UsageSource>();
        var size = 0;
        lock (gate)
        {
            for (var node = waiting.First; node is not null && size < MaxBatch;)
            {
                var (report, next) = (node.Value, node.Next);
                if (sources.Add(report.Source))
                {
                    batch.Add(report);
                    size += report.Report.Rows.Count;
                    waiting.Remove(node);
                    GiveBack(report);
                }

                node = next;
            }
        }

        return batch;
    }

    private void GiveBack(PendingReport report)
    {
        var size = report.Report.Rows.Count + 1;
        rows -= size;
        if ((rowsOf[report.Source.ClientId] -= size) == 0)
            rowsOf.Remove(report.Source.ClientId);
    }
}
