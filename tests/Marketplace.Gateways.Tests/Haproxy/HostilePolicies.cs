using FsCheck;
using FsCheck.Fluent;
using Marketplace.Contracts.Policy;

namespace Marketplace.Gateways.Tests.Haproxy;

/// <summary>Documents as an attacker would publish them, and requests that come close to what they declare.</summary>
public static class HostilePolicies
{
    private static readonly string[] Plain = ["a", "A", "ab", "AB", "b", "x", "admin", "Admin", "a.b", "é", "É", "ß", "ſ", "k", "\u212a", "日本"];

    private static readonly string[] Hostile =
    [
        "a b", " ", "a\tb", "a\nhttp-request allow", "a\r\nb", "a\0b", "#a", ".*", "[a-z]", "a|b", "(a", "a)", "^a$", "a+", "\\d", "\\E", "\\", "(?i)a",
        "'", "\"", "$HOME", "${a}", "%[src]", "%41", "%2F", "%2e", "%zz", "%", "}", "}{", "<<", "@1", "a;b", "a,b", "a=b", "~", ".", "..", "...", "a\u007fb", "\u0085", "\ud800",
    ];

    private static readonly string[] Parameters =
        ["{p}", "{p}.json", "{p}.JSON", "a{p}", "A{p}", "a{p}b", "{p}-{q}", "{p}{q}", "{p}{q}{r}", "a{p}{q}", "{p}{q}a", "{p}{q}-{r}{s}", "a{p}b{q}c", "{}", "{p}a{q}a{r}a", "é{p}", "{p}É", "{a b\n}", "{.*}"];

    private static readonly string[] Values = ["a", "A", "b", "ab", "aXb", "x.json", "x.JSON", "a-b", "-", "é", "aa", "aaaa", "a b", "日", ".", "..", "", "1", "a/b", "K", "s", "😀", "😀a", "a😀-é😀", "😀😀"];

    private static Gen<string> Segment => Gen.Frequency((5, Gen.Elements(Plain)), (3, Gen.Elements(Hostile)), (5, Gen.Elements(Parameters)));

    private static Gen<string> Template =>
        from segments in Gen.Choose(1, 3).SelectMany(count => Segment.ListOf(count))
        from end in Gen.Frequency((6, Gen.Constant("")), (1, Gen.Constant("/")))
        select "/" + string.Join('/', segments) + end;

    private static Gen<PolicyOperation> Operation =>
        from index in Gen.Choose(0, 300)
        from key in Gen.Frequency((1, Gen.Elements(Plain)), (1, Gen.Elements(Hostile)))
        from method in Gen.Frequency((6, Gen.Constant("GET")), (2, Gen.Constant("POST")), (1, Gen.Elements("get", "M-SEARCH", "", "G T", "#", "PUT\nx 1|0|128|y")))
        from path in Template
        select new PolicyOperation(index, key, method, path);

    /// <summary>Up to thirty operations with indexes of their own.</summary>
    public static Gen<IReadOnlyList<PolicyOperation>> Operations =>
        Gen.Choose(1, 30).SelectMany(count => Operation.ListOf(count)).Select(all => (IReadOnlyList<PolicyOperation>)[.. all.DistinctBy(one => one.Index)]);

    /// <summary>A request target near one of the operations.</summary>
    public static Gen<string> TargetNear(IReadOnlyList<PolicyOperation> operations) =>
        from operation in Gen.Elements<PolicyOperation>([.. operations])
        from values in Gen.Elements(Values).ListOf(4)
        from twist in Gen.Choose(0, 9)
        from at in Gen.Choose(0, 100)
        select Twist(Escape(Fill(operation.Path, values)), twist, at);

    private static string Fill(string template, List<string> values)
    {
        var filled = template;
        for (var i = 0; i < values.Count && filled.IndexOf('{', StringComparison.Ordinal) is >= 0 and var open && filled.IndexOf('}', open) is >= 0 and var close; i++)
            filled = filled[..open] + values[i] + filled[(close + 1)..];
        return filled;
    }

    private static string Escape(string path) => string.Concat(path.EnumerateRunes().Select(c => c.Value is '/' or '.' ? c.ToString() : Uri.EscapeDataString(c.ToString())));

    private static string Twist(string target, int twist, int at)
    {
        var place = at % target.Length;
        return twist switch
        {
            0 => target.ToUpperInvariant(),
            1 => target.ToLowerInvariant(),
            2 => target + "/",
            3 => target.TrimEnd('/') is { Length: > 0 } shorter ? shorter : "/",
            4 => target[..place] + "%" + target[place..],
            5 => target[..place] + (target[place] is '%' or '/' ? "" : $"%{(int)target[place]:x2}") + target[(place + 1)..],
            6 => target + "?" + target,
            _ => target,
        } is var twisted && twisted.StartsWith('/') ? twisted : "/" + twisted;
    }
}
