using Marketplace.Contracts.Policy;

namespace Marketplace.Gateways.Haproxy;

/// <summary>Authorization: what the request means, whether the token carries it, whether the newest policy still grants it.</summary>
internal static class OperationRules
{
    /// <summary>Longest raw path that is matched. Templates that fit no map line are longer than this.</summary>
    private const int LongestPath = 3900;

    private const string Everybody = $"str({GrantsMap.Everybody}),map_str({GrantsMap.FileName})";

    private const string Carried = "{ var(txn.bit) -m int gt 0 }";
    private const string NotOver = "{ var(txn.grant),field(2,-),sub(txn.now) -m int gt 0 }";
    private const string Begun = "{ var(txn.now),sub(txn.from) -m int ge 0 }";

    public static Rules Path(this Rules rules, PathMaps maps) => rules
        .Comment("The request: one reading only, then its path, then its method.")
        .RefuseIf(ReasonCode.MethodOverride, $"{{ req.hdr_names -m reg -i '{CanonicalRegex.MethodOverride}' }}")
        .RefuseIf(ReasonCode.PathNotCanonical, $"{{ req.hdr_names -m reg -i '{CanonicalRegex.PathOverride}' }}")
        .RefuseUnless(ReasonCode.PathNotCanonical, $"{{ path -m reg '{CanonicalRegex.Raw}' }}")
        .RefuseIf(ReasonCode.OperationUnknown, $"{{ path_len gt {LongestPath} }}")
        .Set("path", "path,url_dec")
        .RefuseIf(ReasonCode.PathNotCanonical, $"{{ var(txn.path) -m reg '{CanonicalRegex.NotDecoded}' }}")
        .Find("match", maps.Exact)
        .RefuseUnless(ReasonCode.OperationUnknown, "{ var(txn.match) -m found }")
        .Set("number", "var(txn.match),field(1,|)")
        .Set("group", "var(txn.match),field(2,|)")
        .Comment("A parameter never stands for a literal that a server ignoring case or a last slash would take instead.")
        .Set("path", "var(txn.path),lower,regsub(/$,)", "if { var(txn.group) -m found }")
        .Find("lenient", maps.Lenient, "{ var(txn.group) -m found }")
        .RefuseIf(ReasonCode.PathNotCanonical, "{ var(txn.group) -m found } !{ var(txn.group),strcmp(txn.lenient) -m int 0 }");

    /// <summary>Sets a variable to the value of the path that is preferred among those that match; the number is its first field.</summary>
    private static Rules Find(this Rules rules, string variable, PathMapSet maps, string condition = "")
    {
        var unlessFound = $"if {condition} !{{ var(txn.{variable}) -m found }}".Replace("  ", " ", StringComparison.Ordinal);
        rules.Set(variable, $"var(txn.path),map_str({maps.PathsFile})", condition.Length > 0 ? "if " + condition : "")
            .Set("depth", "var(txn.path),regsub([^/],,g),length");
        foreach (var shape in maps.Shapes)
            rules.Set(variable, $"'var(txn.path),{shape.Converter()},map_str({maps.TemplatesFile})'", $"{unlessFound} {{ var(txn.depth) -m int {shape.Depth} }}");
        if (!maps.HasPatterns)
            return rules;
        var pattern = variable + "_pattern";
        return rules
            .Set(pattern, $"var(txn.path),map_reg({maps.PatternsFile})", condition.Length > 0 ? "if " + condition : "")
            .Set(pattern + "_number", $"var(txn.{pattern}),field(1,|)")
            .Set(variable, $"var(txn.{pattern})", $"{unlessFound} {{ var(txn.{pattern}) -m found }}")
            .Set(variable, $"var(txn.{pattern})", $"if {condition} {{ var(txn.{variable}),field(1,|),sub(txn.{pattern}_number) -m int gt 0 }}".Replace("  ", " ", StringComparison.Ordinal));
    }

    public static Rules Operation(this Rules rules, IEnumerable<int> bitmapBytes)
    {
        rules
            .Comment("concat() turns the method into text; a variable set from it alone would hold a wrong one if it is not among haproxy's own.")
            .Set("method", "method,concat()")
            .Set("match", "var(txn.number),concat(:,txn.method),map_str(operations.map,none)")
            .RefuseIf(ReasonCode.OperationUnknown, "{ var(txn.match) -m str none }")
            .Set("index", "var(txn.match),field(1,|)")
            .Set("byte", "var(txn.match),field(2,|)")
            .Set("mask", "var(txn.match),field(3,|)")
            .Set("operation", "var(txn.match),field(4,|)")
            .Comment("Its bit in the token's ops.");
        foreach (var at in bitmapBytes)
            rules.Set("bit", $"var(txn.ops),ub64dec,bytes({at},1),hex,hex2i,and(txn.mask)", $"if {{ var(txn.byte) -m str {at} }}");
        return rules;
    }

    public static Rules Grant(this Rules rules) => rules
        .Comment("Its grant in the newest policy, unless that is too old to speak about grants.")
        .Set("grant", "var(txn.client),concat(|,txn.index),map_str(grants.map)")
        .Set("plan", "var(txn.grant),field(3,-)")
        .Set("limited", "var(txn.grant)")
        .Set("grant", Everybody, $"if {{ {Everybody} -m found }}")
        .Set("from", "var(txn.grant),field(1,-)")
        .Comment("Only what is refused is looked up among what is suspended, whether the token carries it still or not.")
        .Set("suspended", $"var(txn.client),concat(|,txn.index,{GrantsMap.Suspended}),map_str({GrantsMap.FileName})", $"if !{Carried} or !{NotOver} or !{Begun}")
        .RefuseIf(ReasonCode.GrantSuspended, "{ var(txn.suspended),sub(txn.now) -m int gt 0 }")
        .RefuseUnless(ReasonCode.OperationNotGranted, Carried)
        .RefuseUnless(ReasonCode.GrantEnded, NotOver, Begun);
}
