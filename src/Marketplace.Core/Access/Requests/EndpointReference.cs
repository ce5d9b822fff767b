using Marketplace.Core.Catalog.Publishing;

namespace Marketplace.Core.Access.Requests;

/// <summary>An endpoint among those of all lines, by names: <c>payments/v1/getPayment</c>. A key may have slashes, the other two never.</summary>
public readonly record struct EndpointReference(string Api, string Version, string Operation)
{
    public LineName Line => new(Api, Version);

    public override string ToString() => $"{Api}/{Version}/{Operation}";

    public static EndpointReference? Parse(string? text) =>
        text?.Split('/', 3) is [{ Length: > 0 } api, { Length: > 0 } version, { Length: > 0 } operation] ? new(api, version, operation) : null;

    public static IReadOnlyList<LineEndpoints> ByLine(IEnumerable<EndpointReference> endpoints) =>
        LineEndpoints.Merged(endpoints.Select(e => new LineEndpoints(e.Api, e.Version, [e.Operation])));
}
