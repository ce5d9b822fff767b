namespace Marketplace.Core.Access.Approval.Language;

/// <summary>All that rules can ask about one endpoint of a request.</summary>
/// <param name="EndpointsOfApi">Of the same line.</param>
public sealed record ItemFacts(
    string Classification, string Method, string Environment, string Api, string ApiTeam, string ApplicationTeam, IReadOnlyList<string> Tags,
    int Endpoints, int EndpointsOfApi, int Days, bool Deprecated) : IFacts
{
    object? IFacts.this[Variable variable] => variable.Fact switch
    {
        Fact.Classification => Classification,
        Fact.Method => Method,
        Fact.Environment => Environment,
        Fact.Api => Api,
        Fact.ApiTeam => ApiTeam,
        Fact.ApplicationTeam => ApplicationTeam,
        Fact.Tag => Tags.Any(t => string.Equals(t, variable.Tag, StringComparison.OrdinalIgnoreCase)),
        Fact.Endpoints => (long)Endpoints,
        Fact.EndpointsOfApi => (long)EndpointsOfApi,
        Fact.Days => (long)Days,
        Fact.SameTeam => ApiTeam == ApplicationTeam,
        _ => Deprecated,
    };
}
