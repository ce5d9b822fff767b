using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Portal.Shell;

/// <summary>A component that shows one model and knows nothing else.</summary>
public abstract class View<TModel> : ComponentBase
{
    [Parameter, EditorRequired]
    public TModel Model { get; set; } = default!;
}

/// <summary>A view that is a whole page, inside the navigation.</summary>
[Layout(typeof(MainLayout))]
public abstract class PageOf<TModel> : View<TModel>;

public static class Page
{
    /// <summary>Renders a page, or the part of one that htmx asked for, from the same component.</summary>
    public static RazorComponentResult<TView> Show<TView, TModel>(TModel model, int status = StatusCodes.Status200OK)
        where TView : View<TModel> =>
        new(new Dictionary<string, object?> { [nameof(View<>.Model)] = model })
        {
            StatusCode = status,
            PreventStreamingRendering = true,
        };

    /// <summary>What was sent cannot be taken as it is: the form again, with its values and problems.</summary>
    public static RazorComponentResult<TView> Again<TView, TModel>(TModel model) where TView : View<TModel> =>
        Show<TView, TModel>(model, StatusCodes.Status422UnprocessableEntity);

    /// <summary>There is nothing here that this person may see.</summary>
    public static RazorComponentResult<StatusPage> NotFound() => Show<StatusPage, StatusModel>(StatusModel.NotFound, StatusCodes.Status404NotFound);

    public static RazorComponentResult<StatusPage> Forbidden(string? why = null) =>
        Show<StatusPage, StatusModel>(StatusModel.Forbidden(why), StatusCodes.Status403Forbidden);

    /// <summary>htmx asks for a part of the page; a restored history entry wants all of it.</summary>
    public static bool WantsFragment(this HttpRequest request) =>
        request.Headers.ContainsKey("HX-Request") && !request.Headers.ContainsKey("HX-History-Restore-Request") && !request.Headers.ContainsKey("HX-Boosted");
}
