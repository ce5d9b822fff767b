using System.Diagnostics.CodeAnalysis;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Documents;
using Marketplace.Core.Catalog.Search;
using Marketplace.Core.Catalog.Search.Index;
using Marketplace.Core.Catalog.Search.Match;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Catalog.Search;

/// <summary>An index of documents of the public directory, fed from the documents themselves: publishing all takes minutes.</summary>
internal sealed class DirectoryIndex
{
    private readonly Dictionary<string, string> _documents = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, SpecOperation> _operations = [];

    public DirectoryIndex(IEnumerable<string> files)
    {
        var lines = files.AsParallel().Select(Read).OfType<LineSource>().ToList();
        Lines = lines.Count;
        Index = CatalogIndex.Of(1, lines);
    }

    internal CatalogIndex Index { get; }

    public int Lines { get; }

    /// <summary>"document METHOD path" of the first three.</summary>
    public IReadOnlyList<string> FirstThree(string text, bool apis)
    {
        var found = Run(text, apis, 3);
        return apis
            ? [.. found.Lines.Select(ordinal => _documents[Index.Lines[ordinal].Api])]
            : [.. found.Operations.Select(Name)];
    }

    internal Found Run(string text, bool apis, int take, SearchQuery? query = null, SearchScratch? scratch = null) =>
        new IndexSearch(Index, new SearchReader(true, [], null), query ?? new(), scratch ?? new()).Run(Question.Of(text), apis, 0, take);

    private string Name(int position)
    {
        var (segment, operation) = Index.OperationAt(position);
        var shown = _operations[segment.Ids[operation]];
        return $"{_documents[segment.Lines[segment.LineOf[operation]].Api]} {shown.Method} {shown.Path}";
    }

    [SuppressMessage("Design", "MA0051", Justification = "One record.")]
    private LineSource? Read(string file)
    {
        var read = SpecReader.Read(File.ReadAllBytes(file));
        if (!read.Succeeded)
            return null;
        var document = read.Value;
        var name = RealDocuments.NameOf(file);
        var provider = name.Split('/')[0].Replace(".json", "", StringComparison.Ordinal);
        var slug = Slug(name[..^".json".Length]);
        var operations = document.Operations.Select(o => (Id: Guid.CreateVersion7(), Operation: o)).ToList();
        lock (_documents)
        {
            _documents[slug] = name;
            foreach (var (id, operation) in operations)
                _operations[id] = operation;
        }
        var head = new LineHead(
            Guid.CreateVersion7(), slug, document.Title.Length > 0 ? document.Title : slug, "", "v1", Lifecycle.Published, true,
            Classification.Internal, TeamId(provider), Slug(provider), provider, document.BasePath, 1);
        return new(head, document.Description.Length > 3000 ? document.Description[..3000] : document.Description, [
            .. operations.Select(o => new OperationSource(
                o.Id, o.Operation.Key, o.Operation.Method, o.Operation.Path, o.Operation.OperationId, o.Operation.Summary,
                o.Operation.Description.Length > 800 ? o.Operation.Description[..800] : o.Operation.Description, [.. o.Operation.Tags], o.Operation.Deprecated, true)),
        ]);
    }

    private static Guid TeamId(string provider) => new(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(provider)).AsSpan(0, 16));

    private static string Slug(string name) => string.Concat(name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
}
