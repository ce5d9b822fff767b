using Marketplace.Core.Catalog.Rules.Tree;

namespace Marketplace.Core.Catalog.Rules.Schemas;

/// <param name="At">The value that fails.</param>
/// <param name="Keyword">Of the schema.</param>
/// <param name="Message">As a part of a sentence: "must be string".</param>
/// <param name="Extra">The member that should not be there.</param>
internal readonly record struct SchemaFault(Node At, string Keyword, string Message, Node? Extra = null);

/// <summary>
/// Holds a value against a schema. With <c>all</c> every fault is listed; without, it stops at the first, in the order in which
/// the common validator (ajv) looks: type, number, string, combinations, list, object.
/// </summary>
internal sealed partial class SchemaCheck(bool all, Effort effort, bool isRequest = false, bool isResponse = false)
{
    private const int MaxDepth = 100;
    private const int MaxSteps = 2_000_000;

    private readonly Effort _effort = effort;
    private int _steps;
    private int _depth;

    /// <summary>It was too much work; the faults so far say nothing.</summary>
    public bool GaveUp => _steps > MaxSteps || _effort.IsSpent;

    public List<SchemaFault> Run(JsonSchema schema, Node value)
    {
        var faults = new List<SchemaFault>();
        Check(schema, value, faults, null);
        return GaveUp ? [] : faults;
    }

    private bool Check(JsonSchema schema, Node value, List<SchemaFault> faults, HashSet<string>? evaluated)
    {
        _effort.Spend(1);
        if (++_steps > MaxSteps || _depth >= MaxDepth || _effort.IsSpent)
            return true;
        _depth++;
        var before = faults.Count;
        CheckAll(schema, value, faults, evaluated);
        _depth--;
        var holds = faults.Count == before;
        if (!holds && schema.Says is not null && all)
            Retell(schema, value, faults, before);
        return holds;
    }

    /// <summary>Faults at this very value are told in one sentence; those deeper stay.</summary>
    private static void Retell(JsonSchema schema, Node value, List<SchemaFault> faults, int from)
    {
        if (faults.RemoveRange(value, from) > 0)
            faults.Add(new(value, "errorMessage", schema.Says!));
    }

    private void CheckAll(JsonSchema schema, Node value, List<SchemaFault> faults, HashSet<string>? evaluated)
    {
        if (schema.AllowsNothing)
        {
            faults.Add(new(value, "false schema", "must not be here"));
            return;
        }
        var seen = schema.UnevaluatedProperties is not null || evaluated is not null ? new HashSet<string>(StringComparer.Ordinal) : null;
        if (schema.Ref is not null && !Check(schema.Ref, value, faults, seen) && !all)
            return;
        foreach (var part in Parts)
        {
            var before = faults.Count;
            part(this, schema, value, faults, seen);
            if (faults.Count > before && !all)
                return;
        }
        if (seen is not null && value.IsObject)
        {
            if (schema.UnevaluatedProperties is { AllowsNothing: true })
            {
                foreach (var member in value.Children.Where(m => !seen.Contains(m.Name!)))
                    faults.Add(new(value, "unevaluatedProperties", "must not have unevaluated properties", member));
            }
            evaluated?.UnionWith(seen);
        }
    }

    private static readonly Action<SchemaCheck, JsonSchema, Node, List<SchemaFault>, HashSet<string>?>[] Parts =
    [
        static (_, schema, value, faults, _) => ScalarKeywords.Type(schema, value, faults),
        static (_, schema, value, faults, _) => ScalarKeywords.Number(schema, value, faults),
        static (check, schema, value, faults, _) => ScalarKeywords.String(schema, value, faults, check._effort),
        static (check, schema, value, faults, _) => ScalarKeywords.Fixed(schema, value, faults, check._effort),
        static (check, schema, value, faults, seen) => check.Combined(schema, value, faults, seen),
        static (check, schema, value, faults, _) => check.List(schema, value, faults),
        static (check, schema, value, faults, seen) => check.Object(schema, value, faults, seen),
    ];

    private void Combined(JsonSchema schema, Node value, List<SchemaFault> faults, HashSet<string>? seen)
    {
        if (schema.Not is not null && Check(schema.Not, value, [], null))
        {
            faults.Add(new(value, "not", schema.SaysOf?.GetValueOrDefault("not") ?? "must not be valid against the schema of `not`"));
            if (!all)
                return;
        }
        if (schema.AnyOf is { Count: > 0 } && Count(schema.AnyOf, value, out var none, seen, stopAtFirst: seen is null) == 0)
        {
            faults.AddRange(none);
            faults.Add(new(value, "anyOf", "must match a schema in anyOf"));
            if (!all)
                return;
        }
        if (schema.OneOf is { Count: > 0 } && Count(schema.OneOf, value, out var each, seen, stopAtFirst: false) is var matches and not 1)
        {
            if (matches == 0)
                faults.AddRange(each);
            faults.Add(new(value, "oneOf", "must match exactly one schema in oneOf"));
            if (!all)
                return;
        }
        foreach (var part in schema.AllOf ?? [])
        {
            if (!Check(part, value, faults, seen) && !all)
                return;
        }
        if (schema.If is not null)
            _ = Check(schema.If, value, [], seen) ? schema.Then is null || Check(schema.Then, value, faults, seen) : schema.Else is null || Check(schema.Else, value, faults, seen);
    }

    private int Count(List<JsonSchema> schemas, Node value, out List<SchemaFault> faults, HashSet<string>? seen, bool stopAtFirst)
    {
        faults = [];
        var count = 0;
        foreach (var schema in schemas)
        {
            if (Check(schema, value, faults, seen) && ++count > 0 && stopAtFirst)
                break;
        }
        return count;
    }

    private void List(JsonSchema schema, Node value, List<SchemaFault> faults)
    {
        if (!value.IsArray)
            return;
        if (value.Count > schema.MaxItems)
            faults.Add(new(value, "maxItems", $"must not have more than {schema.MaxItems} items"));
        else if (value.Count < schema.MinItems)
            faults.Add(new(value, "minItems", $"must not have fewer than {schema.MinItems} items"));
        else if (schema.UniqueItems && HasTwins(value))
            faults.Add(new(value, "uniqueItems", "must not have duplicate items"));
        else
        {
            for (var i = 0; i < value.Count; i++)
            {
                var item = i < schema.PrefixItems?.Count ? schema.PrefixItems[i] : schema.Items;
                if (item is not null && !Check(item, value.Children[i], faults, null) && !all)
                    return;
            }
        }
    }

    private static bool HasTwins(Node list)
    {
        if (list.Children.All(c => c.IsString))
            return list.Children.DistinctBy(c => c.Text, StringComparer.Ordinal).Count() != list.Count;
        return list.Count <= 500 && list.Children.Select((c, i) => list.Children.Skip(i + 1).Any(c.SameValue)).Any(same => same);
    }
}

file static class Faults
{
    public static int RemoveRange(this List<SchemaFault> faults, Node at, int from)
    {
        var removed = 0;
        for (var i = faults.Count - 1; i >= from; i--)
        {
            if (faults[i].At == at)
            {
                faults.RemoveAt(i);
                removed++;
            }
        }
        return removed;
    }
}
