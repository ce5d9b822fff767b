namespace Marketplace.Contracts.Rest;

/// <summary>Endpoints of one API version in a template: by key, by rule, or both.</summary>
/// <param name="Api">Such as <c>accounts</c>.</param>
/// <param name="Version">Such as <c>v1</c>.</param>
/// <param name="Operations">Keys of endpoints.</param>
/// <param name="Methods">All endpoints of these methods; resolved when the template is used.</param>
/// <param name="Tag">All endpoints of this tag; with methods, those of both.</param>
public sealed record TemplatePartBody(
    string Api, string Version, IReadOnlyList<string>? Operations = null, IReadOnlyList<string>? Methods = null, string? Tag = null);

/// <summary>A named set of endpoints to ask for together. It fills in a request; nothing is granted by it.</summary>
/// <param name="Name">In its address.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Team">The team that offers it.</param>
/// <param name="Parts">As its owners wrote it.</param>
/// <param name="Items">What it means now: the items of an access request.</param>
public sealed record TemplateBody(
    string Name, string Title, string Description, string Team, IReadOnlyList<TemplatePartBody> Parts, IReadOnlyList<RequestedEndpointsBody> Items);

/// <summary>A template in a list.</summary>
/// <param name="Name">In its address.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Team">The team that offers it.</param>
/// <param name="Endpoints">How many it means now.</param>
public sealed record TemplateSummaryBody(string Name, string Title, string Description, string Team, int Endpoints);

/// <summary>What a template becomes.</summary>
/// <param name="Title">3 to 100 characters.</param>
/// <param name="Parts">Endpoints of APIs of one team that you own.</param>
/// <param name="Description">What it is for.</param>
public sealed record NewTemplateBody(string Title, IReadOnlyList<TemplatePartBody> Parts, string? Description = null);
