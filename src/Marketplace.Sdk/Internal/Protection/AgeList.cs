namespace Marketplace.Sdk.Internal.Protection;

/// <summary>Where an entry stands in one list.</summary>
internal struct Neighbours<T>
{
    public T? Older { get; set; }

    public T? Newer { get; set; }
}

/// <summary>Which of an entry's places a list is made of.</summary>
internal interface IPlace<T>
{
    static abstract ref Neighbours<T> In(T entry);
}

/// <summary>A linked list whose links are in the entries: a cache of tens of thousands is walked by every garbage collection.</summary>
internal struct AgeList<T, TPlace>
    where T : class
    where TPlace : IPlace<T>
{
    private T? newest;

    public T? Oldest { get; private set; }

    public void Add(T entry)
    {
        TPlace.In(entry).Older = newest;
        if (newest is null)
            Oldest = entry;
        else
            TPlace.In(newest).Newer = entry;
        newest = entry;
    }

    public void Remove(T entry)
    {
        var place = TPlace.In(entry);
        if (place.Older is null)
            Oldest = place.Newer;
        else
            TPlace.In(place.Older).Newer = place.Newer;
        if (place.Newer is null)
            newest = place.Older;
        else
            TPlace.In(place.Newer).Older = place.Older;
        // What is gone must keep nothing else alive: the collector looks at it later than at its neighbours.
        TPlace.In(entry) = default;
    }
}
