using Marketplace.Core.Data;
using Marketplace.Core.People;

namespace Marketplace.Core.Catalog;

public enum Classification
{
    Public,
    Internal,
    Confidential,
    Restricted,
}

/// <summary>A product such as <c>payments</c>, owned by one team.</summary>
public sealed class Api
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required string Name { get; init; }
    public required string Title { get; set; }
    public required string Summary { get; set; }
    public required Guid TeamId { get; set; }
    public required Classification Classification { get; set; }
    public string ContactChannel { get; set; } = "";
    public string ContactEmail { get; set; } = "";
    public string ContactUrl { get; set; } = "";
    public required DateTimeOffset CreatedAt { get; init; }
    public Team? Team { get; init; }
    public List<ApiVersion> Versions { get; } = [];

    internal sealed class Table() : Mapping<Api>("api");
}
