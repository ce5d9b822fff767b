namespace Marketplace.Core.Access.Approval.Language;

/// <summary>What a rule can ask about one endpoint of a request. Each is written as its word: <c>api_team</c>.</summary>
public enum Fact
{
    /// <summary>Of the API's data.</summary>
    Classification,
    Method,
    Environment,
    Api,
    ApiTeam,
    ApplicationTeam,

    /// <summary>A tag of the operation in the API's document; upper and lower case are the same.</summary>
    Tag,

    /// <summary>How many are asked for in the whole request.</summary>
    Endpoints,

    /// <summary>How many of them belong to this line of the API.</summary>
    EndpointsOfApi,

    /// <summary>For how long access is asked.</summary>
    Days,

    /// <summary>The application's team owns the API.</summary>
    SameTeam,

    /// <summary>The operation or its line is deprecated.</summary>
    Deprecated,
}

/// <summary>A fact that has one value per endpoint; of tags, each is one that holds or not.</summary>
internal readonly record struct Variable(Fact Fact, string? Tag = null)
{
    public static Variable OfTag(string tag) => new(Fact.Tag, tag.ToLowerInvariant());
}

/// <summary>What is known of an endpoint: a word, a number or whether something holds; null for what is not known.</summary>
internal interface IFacts
{
    object? this[Variable variable] { get; }
}

internal static class FactWords
{
    public static readonly IReadOnlyList<string> Methods = ["GET", "HEAD", "OPTIONS", "TRACE", "QUERY", "POST", "PUT", "PATCH", "DELETE"];

    public static bool IsNumber(this Fact fact) => fact is Fact.Endpoints or Fact.EndpointsOfApi or Fact.Days;

    public static bool IsFlag(this Fact fact) => fact is Fact.SameTeam or Fact.Deprecated;
}
