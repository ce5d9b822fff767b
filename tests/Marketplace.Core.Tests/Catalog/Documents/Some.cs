using System.Text;
using Marketplace.Core.Catalog.Documents;

namespace Marketplace.Core.Tests.Catalog.Documents;

internal static class Some
{
    /// <summary>An OpenAPI document around the members of <c>paths</c>.</summary>
    public static string Spec(string paths, string rest = "", string openapi = "3.1.0") =>
        $$$"""{"openapi":"{{{openapi}}}","info":{"title":"Payments","version":"1.0"}{{{rest}}},"paths":{ {{{paths}}} } }""";

    public static Outcome<SpecDocument> Read(string text, DocumentLimits? limits = null) => SpecReader.Read(Encoding.UTF8.GetBytes(text), limits);

    public static SpecDocument Accepted(string text)
    {
        var outcome = Read(text);
        Assert.True(outcome.Succeeded, string.Join("\n", outcome.Problems));
        return outcome.Value;
    }

    public static Problem OnlyProblem(string text, DocumentLimits? limits = null) => Assert.Single(Read(text, limits).Problems);
}
