using System.Globalization;
using Marketplace.Core.Access.Explain;

namespace Marketplace.Portal.Access.Explain;

/// <summary>The question as it stands in an address or a form. The token comes with a form alone, and is not shown again.</summary>
public sealed record ExplainForm(
    string? Application, string? Api, string? Version, string? Environment, string? Method, string? Path, string? Operation, string? Audience, string? At, string? Reason, bool Proven)
{
    public bool IsComplete => !string.IsNullOrEmpty(Path) || !string.IsNullOrEmpty(Operation);

    /// <summary>False where the time cannot be read.</summary>
    public bool TryTime(out DateTimeOffset? at)
    {
        at = null;
        if (string.IsNullOrWhiteSpace(At))
            return true;
        var read = DateTimeOffset.TryParse(At, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time);
        at = read ? time : null;
        return read;
    }

    public CallQuestion Question(DateTimeOffset? at, string? token) => new(Application, Api, Version, Environment, Method, Path)
    {
        Operation = Operation, Audience = string.IsNullOrEmpty(Audience) ? null : Audience, Token = token, Proven = Proven, At = at, Seen = Reason,
    };

    internal static ExplainForm Of(Func<string, string?> field) => new(
        field("application"), field("api"), field("version"), field("environment"), field("method"), field("path"), field("operation"), field("audience"), field("at"),
        field("reason"), field("proven") is "true" or "on");
}
