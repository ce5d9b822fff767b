using System.Collections.Concurrent;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Marketplace.Portal.Shell;

/// <summary>A Tabler icon, inlined. Decoration only: the text beside it says the same.</summary>
public sealed class Icon : ComponentBase
{
    private static readonly ConcurrentDictionary<string, string> Drawings = new(StringComparer.Ordinal);

    [Parameter, EditorRequired]
    public string Name { get; set; } = "";

    protected override void BuildRenderTree(RenderTreeBuilder builder) =>
        builder.AddMarkupContent(0, Drawings.GetOrAdd(Name, Draw));

    private static string Draw(string name)
    {
        var svg = PortalAssets.Read($"lib/icons/{name}.svg");
        var start = svg?.IndexOf("<path", StringComparison.Ordinal) ?? -1;
        var paths = svg is null || start < 0 ? "" : svg[start..svg.LastIndexOf("</svg>", StringComparison.Ordinal)].ReplaceLineEndings("");
        return $"""<svg class="icon" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{paths}</svg>""";
    }
}
