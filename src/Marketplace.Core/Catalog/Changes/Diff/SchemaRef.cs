using System.Text.Json;

namespace Marketplace.Core.Catalog.Changes.Diff;

/// <summary>A schema and where it stands; references are followed.</summary>
internal readonly record struct SchemaRef(JsonElement Element, string Pointer);
