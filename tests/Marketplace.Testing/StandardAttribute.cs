using Xunit.v3;

namespace Marketplace.Testing;

/// <summary>
/// The paragraph that a test holds us to, such as <c>RFC 6750 §3.1</c>. docs/guides/standards.md lists them all;
/// <c>dotnet test --filter "Standard=RFC 6750 §3.1"</c> runs those of one.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class StandardAttribute(string paragraph) : Attribute, ITraitAttribute
{
    public string Paragraph => paragraph;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Standard", paragraph)];
}
