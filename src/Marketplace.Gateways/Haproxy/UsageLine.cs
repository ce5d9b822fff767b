using System.Globalization;
using System.Text;
using Marketplace.Contracts.Policy;
using Marketplace.Contracts.Usage;

namespace Marketplace.Gateways.Haproxy;

/// <summary>
/// What haproxy tells of each call, in front of what it tells people. Nothing that a caller chose stands before the end
/// of it unencoded, so that nobody can write the line of another.
/// </summary>
internal static class UsageLine
{
    /// <summary>Status, milliseconds, operation index, whether none matched, reason, reason let through, client; then method and path.</summary>
    public const string Format =
        "call %ST %Ta %[var(txn.index)] %[var(txn.unmatched)] %[var(txn.reason)] %[var(txn.let_through)] %[var(txn.client),base64] %HM %{+Q}HP ";

    private const string Nothing = "-";

    /// <summary>The descriptor on which a thread, counted from one, writes its lines; each is the standard output under another number.</summary>
    public static int Descriptor(int thread) => 9 + thread;

    /// <summary>Counts the call of a line; what is none, or was none of the policy's, such as a request that could not be read, is left out.</summary>
    public static void Count(string line, CallCounts counts)
    {
        if (line.Split(' ', 10) is not ["call", var status, var milliseconds, var index, var unmatched, var reason, var letThrough, var client, var method, var rest])
            return;
        if (!int.TryParse(status, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code)
            || !long.TryParse(milliseconds, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var time))
            return;
        var isRefused = ReasonCode.IsKnown(reason);
        var why = isRefused ? reason : ReasonCode.IsKnown(letThrough) ? letThrough : null;
        int? operation = unmatched == Nothing && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        // Whoever has no good token is nobody, whatever the token says.
        var who = why?.StartsWith("token_", StringComparison.Ordinal) == true ? null : Decoded(client);
        var (duration, isError) = (TimeSpan.FromMilliseconds(Math.Max(time, 0)), code >= 500 && !isRefused);
        if (why is null && (who is null || operation is null))
            return;
        if (why is not null && !isRefused && operation is null)
            counts.AddUnmatched(who, why, method, Path(rest), duration, isError);
        else
            counts.Add(who, operation, why is null ? UsageDecision.Allowed : isRefused ? UsageDecision.Refused : UsageDecision.LetThrough, why, duration, isError);
    }

    private static ReadOnlySpan<char> Path(string quoted) =>
        quoted.IndexOf('"', 1) is > 1 and var end && quoted[0] == '"' ? quoted.AsSpan(1, end - 1) : default;

    private static string? Decoded(string base64)
    {
        Span<byte> bytes = stackalloc byte[200];
        if (base64 == Nothing || !Convert.TryFromBase64String(base64, bytes, out var length) || length is 0 or > 100)
            return null;
        var text = Encoding.ASCII.GetString(bytes[..length]);
        return text.AsSpan().ContainsAnyExceptInRange('!', '~') ? null : text;
    }
}
