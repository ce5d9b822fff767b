using Marketplace.Core;
using Marketplace.Core.Catalog.Changes;
using Marketplace.Core.People;

namespace Marketplace.Portal.Catalog.Publish;

/// <summary>What a document would do to its line, before it does.</summary>
internal static class PublishPreview
{
    public static bool IsBreaking(IReadOnlyList<Problem> problems) => problems is [{ Code: "breaking_change" or "override_reason_length" }, ..];

    public static async Task<PublishModel> OfAsync(
        Actor actor, ApiLines api, PublishForm form, ReadOnlyMemory<byte> document, CompareSpec compare, CancellationToken cancellation)
    {
        if (api.Lines.All(l => l.Version != form.Version))
            return new(api, form, [], Note: $"{form.Version} is a new version: nobody calls it yet, so nothing can break.");
        var judged = await compare.ExecuteAsync(actor, api.Name, form.Version, document, cancellation);
        return !judged.Succeeded ? new(api, form, judged.Problems)
            : judged.Value.Effect is null ? new(api, form, [], Note: $"This is the first document of {form.Version}: there is nothing to compare it with.")
            : new(api, form, [], judged.Value);
    }
}
