namespace Marketplace.ControlPlane.Usage;

/// <summary>How many reports are read at once: bounded, and a share of it is all that one client may take, however slowly it sends.</summary>
internal sealed class ReadingRoom
{
    public const int Most = 64;
    public const int MostOfClient = Most / 4;
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> readingOf = new(StringComparer.Ordinal);
    private int reading;

    /// <summary>False when there is no room now.</summary>
    public bool TryEnter(string client)
    {
        lock (gate)
        {
            var ofClient = readingOf.GetValueOrDefault(client);
            if (reading == Most || ofClient == MostOfClient)
                return false;
            reading++;
            readingOf[client] = ofClient + 1;
            return true;
        }
    }

    public void Leave(string client)
    {
        lock (gate)
        {
            reading--;
            if (--readingOf[client] == 0)
                readingOf.Remove(client);
        }
    }
}
