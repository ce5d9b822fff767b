using Marketplace.Core;
using Marketplace.Core.Access.Requests.Templates;
using Marketplace.Core.Data;
using Marketplace.Portal.Catalog.Api;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Portal.Access.Requests;

/// <summary>What an owner typed for a line: endpoints by key, one a line, and a rule.</summary>
public sealed record TemplateForm(string Name, string Title, string Description, string Methods, string Tag, string Operations)
{
    public static TemplateForm Empty { get; } = new("", "", "", "", "", "");

    public static TemplateForm Read(IFormCollection form) =>
        new(form["name"].ToString().Trim(), form["title"].ToString(), form["description"].ToString(), form["methods"].ToString(), form["tag"].ToString(), form["operations"].ToString());

    public static TemplateForm Of(TemplateDetails template, string api, string version)
    {
        var mine = template.Parts.Where(p => p.Api == api && p.Version == version).ToList();
        var rule = mine.Find(p => p.HasRule);
        return new(
            template.Slug, template.Title, template.Description, string.Join(' ', rule?.Methods ?? []), rule?.Tag ?? "", string.Join('\n', mine.SelectMany(p => p.Operations)));
    }

    /// <summary>Its part of the line; the template's parts of other lines stay.</summary>
    public TemplateInput Input(string api, string version, TemplateDetails? earlier) => new(
        Title, Description,
        [
            .. (earlier?.Parts ?? []).Where(p => p.Api != api || p.Version != version),
            new(api, version, Words(Operations), Words(Methods), string.IsNullOrWhiteSpace(Tag) ? null : Tag.Trim()),
        ]);

    private static string[] Words(string text) => text.Split([' ', ',', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries);
}

public sealed record TemplatesModel(ApiHead Head, IReadOnlyList<TemplateRow> Rows, TemplateForm Form, IReadOnlyList<Problem> Problems)
{
    public string Url => Head.Url + "/templates";
}
