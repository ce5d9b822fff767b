using System.Text;
using Marketplace.Contracts.Policy;

namespace Marketplace.Gateways.Haproxy;

/// <summary>
/// Lines of a frontend, in the order in which haproxy follows them. Where shadow mode has an end, the first reason is
/// kept until all was asked, and refuses from that second on: by haproxy's own clock, also when nobody can be reached.
/// </summary>
internal sealed class Rules(RefusingLine line, long? shadowUntil)
{
    private const long LastSecondOf9999 = 253402300799;
    private readonly StringBuilder lines = new();
    private readonly List<string> kept = [];

    /// <summary>Whether a call may be let through that would be refused.</summary>
    public bool MayLetThrough => shadowUntil is not null;

    public Rules Comment(string text) => Add($"# {text}");

    public Rules Add(string text)
    {
        lines.Append(text.Length > 0 ? "  " : "").Append(text).Append('\n');
        return this;
    }

    public Rules Set(string variable, string expression, string condition = "") =>
        Add($"http-request set-var(txn.{variable}) {expression} {condition}".TrimEnd());

    /// <summary>The same to a text, in which haproxy reads %[…].</summary>
    public Rules SetText(string variable, string text, string condition) => Add($"http-request set-var-fmt(txn.{variable}) '{text}' {condition}");

    /// <summary>Ends the request with a reason where all of these hold.</summary>
    public Rules RefuseIf(string reason, string conditions) => MayLetThrough
        ? Keep(reason, conditions)
        : Add(Refusal.Line(reason, line, $"if {conditions}"));

    /// <summary>Ends the request with a reason unless all of these hold.</summary>
    public Rules RefuseUnless(string reason, params string[] conditions)
    {
        if (!MayLetThrough)
            return Add(Refusal.Line(reason, line, $"unless {string.Join(' ', conditions)}"));
        foreach (var condition in conditions)
            Keep(reason, $"!{condition}");
        return this;
    }

    /// <summary>What was kept is let through while shadow mode lasts, and refuses after it.</summary>
    public Rules LetThroughOrRefuse()
    {
        if (shadowUntil is not { } until)
            return this;
        Add("").Comment("Shadow mode, which ends by itself.")
            .Set("let_through", "var(txn.kept)", $"if {{ date lt {Math.Clamp(until, 0, LastSecondOf9999)} }} {{ var(txn.kept) -m found }}");
        foreach (var reason in kept.Distinct(StringComparer.Ordinal))
            Add(Refusal.Line(reason, line, $"if {{ var(txn.kept) -m str {reason} }} !{{ var(txn.let_through) -m found }}"));
        return this;
    }

    public override string ToString() => lines.ToString();

    private Rules Keep(string reason, string conditions)
    {
        kept.Add(reason);
        Set("kept", $"str({reason})", $"if !{{ var(txn.kept) -m found }} {conditions}");
        // Questions go on after a refusal that is only kept, and what they find then is no endpoint.
        return reason is ReasonCode.PathNotCanonical or ReasonCode.OperationUnknown ? Set("unmatched", "bool(true)", $"if {conditions}") : this;
    }
}
