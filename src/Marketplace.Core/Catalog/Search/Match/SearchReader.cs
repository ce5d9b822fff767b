namespace Marketplace.Core.Catalog.Search.Match;

/// <summary>Who searches.</summary>
/// <param name="Everything">Sees also what teams keep to themselves.</param>
/// <param name="Teams">Those that the reader is in.</param>
/// <param name="Granted">Operations that applications of those teams may call, and the lines that they are in; only when asked for.</param>
internal sealed record SearchReader(bool Everything, IReadOnlyList<Guid> Teams, Granted? Granted);

internal sealed record Granted(HashSet<Guid> Operations, HashSet<Guid> Lines);
