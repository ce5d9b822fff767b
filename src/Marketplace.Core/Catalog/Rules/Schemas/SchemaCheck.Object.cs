using Marketplace.Core.Catalog.Rules.Tree;

namespace Marketplace.Core.Catalog.Rules.Schemas;

/// <content>The keywords that look at an object's members.</content>
internal sealed partial class SchemaCheck
{
    private void Object(JsonSchema schema, Node value, List<SchemaFault> faults, HashSet<string>? seen)
    {
        if (!value.IsObject)
            return;
        if (value.Count > schema.MaxProperties)
            faults.Add(new(value, "maxProperties", $"must not have more than {schema.MaxProperties} properties"));
        if (value.Count < schema.MinProperties)
            faults.Add(new(value, "minProperties", $"must not have fewer than {schema.MinProperties} properties"));
        foreach (var name in schema.Required ?? [])
        {
            if (value[name] is null && !IsRelaxed(schema, name))
            {
                faults.Add(new(value, "required", schema.SaysOf?.GetValueOrDefault("required") ?? $"must have required property \"{name}\""));
                if (!all)
                    return;
            }
        }
        foreach (var name in (schema.PropertyNames?.Pattern is { } names ? value.Children : []).Where(m => !_effort.Matches(schema.PropertyNames!.Pattern!, m.Name!)))
            faults.Add(new(value, "propertyNames", $"property name \"{name.Name}\" is not valid"));
        foreach (var (name, dependent) in schema.DependentSchemas ?? [])
        {
            if (value[name] is not null)
                Check(dependent, value, faults, seen);
        }
        Members(schema, value, faults, seen);
    }

    /// <summary>What a server fills in is not asked of a request's example, and the reverse.</summary>
    private bool IsRelaxed(JsonSchema schema, string name) =>
        (isRequest || isResponse) && schema.Properties?.GetValueOrDefault(name) is { } property
        && ((isRequest && IsTrue(property, "readOnly")) || (isResponse && IsTrue(property, "writeOnly")));

    private static bool IsTrue(JsonSchema schema, string word) =>
        schema.Source[word] is { Kind: NodeKind.True } || schema.Ref?.Source[word] is { Kind: NodeKind.True };

    private void Members(JsonSchema schema, Node value, List<SchemaFault> faults, HashSet<string>? seen)
    {
        if (schema.Properties is null && schema.PatternProperties is null && schema.AdditionalProperties is null)
            return;
        // Unknown members come before wrong ones.
        if (schema.AdditionalProperties is { } additional)
        {
            var known = faults.Count;
            foreach (var member in value.Children)
            {
                if (schema.Properties?.ContainsKey(member.Name!) is true || schema.PatternProperties?.Any(p => _effort.Matches(p.Pattern, member.Name!)) is true)
                    continue;
                seen?.Add(member.Name!);
                if (additional.AllowsNothing)
                    faults.Add(new(value, "additionalProperties", $"must not have the property \"{member.Name}\"", member));
                else
                    Check(additional, member, faults, null);
                if (faults.Count > known && !all)
                    return;
            }
        }
        foreach (var member in value.Children)
        {
            var before = faults.Count;
            if (schema.Properties?.TryGetValue(member.Name!, out var property) is true)
            {
                seen?.Add(member.Name!);
                Check(property, member, faults, null);
            }
            foreach (var (pattern, matched) in schema.PatternProperties ?? [])
            {
                if (_effort.Matches(pattern, member.Name!))
                {
                    seen?.Add(member.Name!);
                    Check(matched, member, faults, null);
                }
            }
            if (faults.Count > before && !all)
                return;
        }
    }
}
