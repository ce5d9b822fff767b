using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Marketplace.Contracts.Policy;

namespace Marketplace.Contracts.Tests.Policy;

public sealed class OperationMatcherProperties
{
    private const string Unreserved = "ABCXYZabcxyz0129-._~";
    private static readonly Config Checks = Config.QuickThrowOnFailure.WithMaxTest(2000);

    private static readonly Gen<string> Word =
        from text in Gen.Elements(Unreserved.ToCharArray()).NonEmptyListOf()
        where text.Any(letter => letter != '.')
        select string.Concat(text.Take(8));

    private static readonly Gen<string> Segment =
        Gen.OneOf(Word, Gen.Constant("{id}"), Word.Select(word => "{name}." + word), Word.Select(word => word + "-{a}"));

    private static readonly Gen<string> Template =
        from segments in Segment.NonEmptyListOf()
        select "/" + string.Join('/', segments.Take(6));

    private static Gen<string> PathOf(string template) =>
        Gen.CollectToSequence(template[1..].Split('/'), SegmentOf).Select(segments => "/" + string.Join('/', segments));

    private static Gen<string> SegmentOf(string segment)
    {
        var open = segment.IndexOf('{', StringComparison.Ordinal);
        return open < 0 ? Gen.Constant(segment) : Word.Select(value => segment[..open] + value + segment[(segment.IndexOf('}', StringComparison.Ordinal) + 1)..]);
    }

    private static OperationMatcher Matcher(params IEnumerable<string> templates) =>
        new(templates.Select((template, index) => new PolicyOperation(index, template, "GET", template)));

    [Fact]
    public void A_path_built_from_a_template_matches_it()
    {
        var pairs = from template in Template from path in PathOf(template) select (template, path);
        Prop.ForAll(pairs.ToArbitrary(), pair => Matcher(pair.template).Match("GET", pair.path).Found).Check(Checks);
    }

    [Fact]
    public void Among_many_templates_a_path_of_one_is_matched_or_refused_but_never_unknown()
    {
        var rows = from templates in Template.NonEmptyListOf() from path in PathOf(templates[0]) select (templates, path);
        Prop.ForAll(rows.ToArbitrary(), row => Matcher(row.templates).Match("GET", row.path).Reason is null or ReasonCode.PathNotCanonical).Check(Checks);
    }

    [Fact]
    public void Escaping_unreserved_characters_never_changes_the_outcome()
    {
        var rows = from templates in Template.NonEmptyListOf()
                   from path in PathOf(templates[0])
                   from escaped in Gen.Choose(0, 1).ArrayOf(path.Length)
                   select (templates, path, escaped);
        Prop.ForAll(rows.ToArbitrary(), row =>
        {
            var matcher = Matcher(row.templates);
            var escaped = string.Concat(row.path.Select((c, i) => c != '/' && row.escaped[i] == 1 ? $"%{(int)c:x2}" : c.ToString()));
            return matcher.Match("GET", row.path) == matcher.Match("GET", escaped);
        }).Check(Checks);
    }

    [Fact]
    public void What_matches_is_its_own_canonical_form()
    {
        var matcher = Matcher("/{a}", "/{a}/{b}", "/{a}/{b}/{c}", "/{a}/", "/a/B");
        string[] pieces = ["/", "a", "B", ".", "..", "%2e", "%2F", "%5c", "%", "%4", "%00", "%7f", "%c3%a9", "%c0%af", "%ff", "\\", ";", "#", "é", " ", "%252e", "{", "%ed%a0%80"];
        var paths = Gen.Elements(pieces).ListOf().Select(parts => "/" + string.Concat(parts));
        Prop.ForAll(paths.ToArbitrary(), path =>
        {
            if (!matcher.Match("GET", path).Found)
                return true;
            var segments = path[1..].Split('/').Select(segment => Unescape(segment)).ToArray();
            return segments.All(segment => segment is not ("." or "..") && !segment.Any(c => c is '/' or '\\' or '\0' or '\x7f'))
                && segments.SkipLast(1).All(segment => segment.Length > 0)
                && path.All(char.IsAscii);
        }).Check(Checks.WithMaxTest(20_000));
    }

    /// <summary>Throws on what is not UTF-8: it may not match.</summary>
    private static string Unescape(string segment)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < segment.Length; i++)
        {
            bytes.Add(segment[i] == '%' ? Convert.FromHexString(segment.AsSpan(i + 1, 2))[0] : (byte)segment[i]);
            if (segment[i] == '%')
                i += 2;
        }

        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString([.. bytes]);
    }
}
