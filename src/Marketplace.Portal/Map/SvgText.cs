using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Marketplace.Portal.Map;

/// <summary>SVG's text element: in Razor the name means something else.</summary>
public sealed class SvgText : ComponentBase
{
    [Parameter, EditorRequired] public string Class { get; set; } = "";
    [Parameter, EditorRequired] public double X { get; set; }
    [Parameter, EditorRequired] public double Y { get; set; }
    [Parameter, EditorRequired] public string Text { get; set; } = "";

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "text");
        builder.AddAttribute(1, "class", Class);
        builder.AddAttribute(2, "x", FormattableString.Invariant($"{X:0.#}"));
        builder.AddAttribute(3, "y", FormattableString.Invariant($"{Y:0.#}"));
        // It may be cut: the link around it says the whole, and so does the table.
        builder.AddAttribute(4, "aria-hidden", "true");
        builder.AddContent(5, Text);
        builder.CloseElement();
    }
}
