namespace Marketplace.Core.Catalog.Changes.Kinds;

/// <summary>What a change means for those who call the API. The worst of several is the largest.</summary>
public enum Verdict
{
    /// <summary>A caller written against the earlier document goes on working.</summary>
    Compatible,

    /// <summary>It depends on the caller, or cannot be decided by reading documents.</summary>
    Dangerous,

    /// <summary>A caller that keeps to the earlier document can fail.</summary>
    Breaking,
}
