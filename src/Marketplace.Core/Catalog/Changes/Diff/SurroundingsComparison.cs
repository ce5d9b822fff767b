using System.Text.Json;
using Marketplace.Core.Catalog.Changes.Kinds;
using Marketplace.Core.Catalog.Documents;

namespace Marketplace.Core.Catalog.Changes.Diff;

/// <summary>Servers, webhooks and security schemes: what is the document's own.</summary>
internal sealed class SurroundingsComparison(ChangeDocument before, ChangeDocument after, ChangeSet changes)
{
    public void Run()
    {
        Names(ServersOf(before), ServersOf(after), "#/servers", OperationKinds.ServerRemoved, OperationKinds.ServerAdded);
        Names(Members(before.Root, "webhooks").Keys, Members(after.Root, "webhooks").Keys, "#/webhooks", OperationKinds.WebhookRemoved, OperationKinds.WebhookAdded);
        var (was, now) = (BasePathOf(before), BasePathOf(after));
        if (was != now)
            changes.Add(OperationKinds.BasePathChanged, after.IsSwagger ? "#/basePath" : "#/servers", "", was.Length == 0 ? "/" : was, now.Length == 0 ? "/" : now);
        Schemes();
    }

    private static IEnumerable<string> ServersOf(ChangeDocument document) => Documents.BasePath.Read(document.Root, new DocumentProblems(1)).Servers;

    private static string BasePathOf(ChangeDocument document) => Documents.BasePath.Read(document.Root, new DocumentProblems(1)).Path;

    private void Schemes()
    {
        var pointer = after.IsSwagger ? "#/securityDefinitions" : "#/components/securitySchemes";
        var (earlier, later) = (SchemesOf(before), SchemesOf(after));
        Names(earlier.Keys, later.Keys, pointer, OperationKinds.SchemeRemoved, OperationKinds.SchemeAdded);
        foreach (var (name, was) in earlier)
        {
            if (!later.TryGetValue(name, out var now))
                continue;
            var place = JsonPointer.Child(pointer, name);
            Text(OperationKinds.SchemeTypeChanged, place, name, Json.Text(was, "type"), Json.Text(now, "type"));
            foreach (var (flow, old) in FlowsOf(was))
            {
                if (FlowsOf(now).GetValueOrDefault(flow) is not { ValueKind: JsonValueKind.Object } current)
                    continue;
                Text(OperationKinds.SchemeUrlChanged, place, name, Json.Text(old, "authorizationUrl"), Json.Text(current, "authorizationUrl"));
                Text(OperationKinds.SchemeTokenUrlChanged, place, name, Json.Text(old, "tokenUrl"), Json.Text(current, "tokenUrl"));
                var (scopes, others) = (Members(old, "scopes"), Members(current, "scopes"));
                Names(scopes.Keys, others.Keys, place, OperationKinds.SchemeScopeRemoved, OperationKinds.SchemeScopeAdded, name);
            }
        }
    }

    private void Text(ChangeKind kind, string pointer, string subject, string? was, string? now)
    {
        if (was is not null && now is not null && was != now)
            changes.Add(kind, pointer, subject, was, now);
    }

    private void Names(IEnumerable<string> earlier, IEnumerable<string> later, string pointer, ChangeKind removed, ChangeKind added, string subject = "")
    {
        var (was, now) = (earlier.ToHashSet(StringComparer.Ordinal), later.ToHashSet(StringComparer.Ordinal));
        foreach (var name in was.Where(n => !now.Contains(n)))
            changes.Add(removed, pointer, subject, name, null, inEarlier: true);
        foreach (var name in now.Where(n => !was.Contains(n)))
            changes.Add(added, pointer, subject, null, name);
    }

    private static Dictionary<string, JsonElement> SchemesOf(ChangeDocument document) => document.IsSwagger
        ? Members(document.Root, "securityDefinitions")
        : document.Root.TryGetProperty("components", out var components) ? Members(components, "securitySchemes") : [];

    /// <summary>OpenAPI 2.0 has one flow, written into the scheme itself.</summary>
    private static Dictionary<string, JsonElement> FlowsOf(JsonElement scheme) =>
        Json.Text(scheme, "flow") is { } flow ? new(StringComparer.Ordinal) { [flow] = scheme } : Members(scheme, "flows");

    private static Dictionary<string, JsonElement> Members(JsonElement parent, string name)
    {
        var all = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var members) && members.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in members.EnumerateObject())
                all[member.Name] = member.Value;
        }
        return all;
    }
}
