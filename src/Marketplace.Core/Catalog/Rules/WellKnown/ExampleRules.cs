using Marketplace.Core.Catalog.Rules.Schemas;
using Marketplace.Core.Catalog.Rules.Tree;
using static Marketplace.Core.Catalog.Rules.RuleTable;

namespace Marketplace.Core.Catalog.Rules.WellKnown;

/// <summary>Examples that their own schema refuses teach consumers what will fail.</summary>
internal static class ExampleRules
{
    private const string Says = "Correct the example or its schema: the one does not fit the other.";

    public static readonly Rule[] All =
    [
        Oas("oas3-examples-value-or-externalValue", "Give the example either a value or an externalValue.", ValueOrExternal, openapi: 3),
        Oas("oas3-valid-media-example", Says, Media, Severity.Error, openapi: 3),
        Oas("oas3-valid-schema-example", Says, run => Samples(run, Within.Schemas | Within.Content | Within.Headers | Within.Parameters, ["example", "default"]), Severity.Error, openapi: 3),
        Oas("oas2-valid-media-example", Says, Media, Severity.Error, openapi: 2),
        Oas("oas2-valid-schema-example", Says, run => Samples(run, Within.Definitions | Within.Parameters | Within.Responses, ["example", "x-example", "default"]), Severity.Error, openapi: 2),
    ];

    private static void ValueOrExternal(RuleRun run)
    {
        var components = run.Document.Root.Object("components");
        var examples = (components?.Members("examples") ?? [])
            .Concat(run.Document.WithMediaSample.SelectMany(m => m.Node.Members("examples")))
            .Concat(((IReadOnlyList<string>)["parameters", "headers"]).SelectMany(kind => components?.Members(kind) ?? []).SelectMany(p => p.Members("examples")));
        foreach (var example in examples.Select(run.Document.Follow).OfType<Node>().Where(e => e.IsObject).Distinct())
        {
            if (example["value"] is null == example["externalValue"] is null)
                run.Report(example);
        }
    }

    private static void Samples(RuleRun run, Within places, string[] fields)
    {
        foreach (var (schema, within) in run.Document.WithSample)
        {
            if ((within & places) == Within.Nothing)
                continue;
            foreach (var sample in fields.Select(f => schema[f]).OfType<Node>())
                Check(run, schema, sample, false, false);
        }
    }

    private static void Media(RuleRun run)
    {
        var places = run.Document.IsOas2 ? Within.Responses : Within.Content | Within.Headers | Within.Parameters;
        foreach (var (media, within) in run.Document.WithMediaSample)
        {
            if ((within & places) == Within.Nothing || run.Document.Follow(media["schema"]) is not { } schema)
                continue;
            var (request, response) = Direction(media);
            if (run.Document.IsOas2)
            {
                foreach (var example in media.Members("examples"))
                    Check(run, schema, example, request, response);
            }
            else if (media["example"] is { } one)
                Check(run, schema, one, request, response);
            else
            {
                foreach (var value in media.Members("examples").Select(run.Document.Follow).OfType<Node>().Where(e => e["externalValue"] is null).Select(e => e["value"]).OfType<Node>())
                    Check(run, schema, value, request, response);
            }
        }
    }

    /// <summary>Whether a request or a response shows it: what only the other side sends is not asked of it.</summary>
    private static (bool Request, bool Response) Direction(Node node)
    {
        for (var at = node; at.Parent is not null; at = at.Parent)
        {
            if (at.Name is "requestBody" or "requestBodies")
                return (true, false);
            if (at.Name is "responses")
                return (false, true);
        }
        return (false, false);
    }

    private static void Check(RuleRun run, Node schema, Node sample, bool request, bool response)
    {
        var faults = new SchemaCheck(all: false, run.Document.Schemas.Effort, request, response).Run(run.Document.Schemas.Of(schema), sample);
        // What is wrong deeper says more than that no alternative fits.
        var told = faults.Count > 1 ? faults.Where(f => f.Keyword is not "anyOf" || !faults.Any(o => o.At != f.At)) : faults;
        var what = sample.Name == "default" ? "default" : "example";
        foreach (var fault in told)
        {
            var where = fault.At == sample ? $"The {what}" : $"\"{fault.At.Name ?? fault.At.Index.ToString()}\" in the {what}";
            run.Report(fault.At, $"{where} {fault.Message}. Correct the {what} or its schema.");
        }
    }
}
