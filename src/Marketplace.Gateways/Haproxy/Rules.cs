using System.Text;

namespace Marketplace.Gateways.Haproxy;

/// <summary>Lines of a frontend, in the order in which haproxy follows them.</summary>
internal sealed class Rules(string realm)
{
    private readonly StringBuilder lines = new();

    public Rules Comment(string text) => Add($"# {text}");

    public Rules Add(string line)
    {
        lines.Append(line.Length > 0 ? "  " : "").Append(line).Append('\n');
        return this;
    }

    public Rules Set(string variable, string expression, string condition = "") =>
        Add($"http-request set-var(txn.{variable}) {expression} {condition}".TrimEnd());

    /// <summary>Ends the request with a reason.</summary>
    public Rules Refuse(string reason, string condition) => Add(Refusal.Line(reason, realm, condition));

    public override string ToString() => lines.ToString();
}
