using Marketplace.Core.Catalog;
using Marketplace.Core.Data;

namespace Marketplace.Portal.Catalog.Api;

/// <summary>What stands above every tab.</summary>
public sealed record ApiHead(ApiDetails Api, VersionDetails Version)
{
    public string Url => ApiUrl.Of(Api.Name, Version.Version);

    /// <summary>What can do least harm first.</summary>
    public IEnumerable<KeyValuePair<string, string>> Audiences =>
        Version.Audiences.OrderBy(a => a.Key == DeploymentEnvironment.Production).ThenBy(a => a.Key, StringComparer.Ordinal);

    public bool IsOpen => Version.Lifecycle is Lifecycle.Published or Lifecycle.Deprecated;
}

public sealed record EndpointFilter(string Text, string Method, string Tag, int Page)
{
    public string Query(int page) =>
        $"?q={Uri.EscapeDataString(Text)}&method={Uri.EscapeDataString(Method)}&tag={Uri.EscapeDataString(Tag)}&page={page}";

    public bool IsEmpty => Text.Length + Method.Length + Tag.Length == 0;
}

public sealed record EndpointsModel(ApiHead Head, EndpointFilter Filter, Page<OperationRow> Rows);

public sealed record RevisionsModel(ApiHead Head, Page<RevisionRow> Rows);
