namespace Marketplace.Contracts.Rest;

/// <summary>The beginning of an access request that would mend a refusal; its justification and end date are still to say.</summary>
/// <param name="Application">Client id, as given.</param>
/// <param name="Api">The API that was called.</param>
/// <param name="Version">Its version.</param>
/// <param name="Environment">The environment.</param>
/// <param name="Operations">The endpoint that was called; none where the version publishes no such one.</param>
public sealed record RequestForRefusalBody(string? Application, string Api, string Version, string Environment, IReadOnlyList<string> Operations);
