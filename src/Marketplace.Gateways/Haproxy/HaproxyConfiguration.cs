using System.Text.RegularExpressions;
using Marketplace.Contracts.Policy;

namespace Marketplace.Gateways.Haproxy;

/// <summary><c>haproxy.cfg</c>: the rules of DESIGN.md's Enforcement in the order in which reasons are given.</summary>
internal static partial class HaproxyConfiguration
{
    public static string Of(PolicySnapshot snapshot, IEnumerable<KeyFile> keys, PathMaps maps, HaproxyOptions options)
    {
        var issuer = Plain(options.Issuer ?? snapshot.Issuer, "issuer");
        var audience = Plain(snapshot.Audience, "audience");
        var environment = Plain(snapshot.Environment, "environment");
        var plans = GrantsMap.PlansOf(snapshot);
        var (api, version) = (Plain(snapshot.Api, "API"), Plain(snapshot.Version, "version"));
        var rules = new Rules(new(audience, issuer, api, version, environment), snapshot.ShadowUntil).Token(keys).Add("").Claims(issuer, audience, environment).Add("")
            .Path(maps).Operation(maps.BitmapBytes).Add("").Grant().Limits(plans).LetThroughOrRefuse().ToService(options.ReportUsage).TellLimits(plans);
        return $$"""
            # Written by Marketplace from its signed policy: {{api}} {{version}} in {{environment}}. Changes here are overwritten.
            global
              default-path config
              stats socket {{options.RuntimeSocket}} mode 600 level admin expose-fd listeners
              # A reload ends the kept-alive connections of the old worker, and with them its old grants.
              hard-stop-after 3s
              log stderr format raw local0 info
            {{(options.ReportUsage ? $"  nbthread {options.Threads}\n" : "")}}{{(options.User is { } user ? $"  user {user}\n  group {user}\n" : "")}}
            defaults{{(options.ReportUsage ? " plain" : "")}}
              mode http
              log global
              option dontlognull
              timeout connect 5s
              timeout client 60s
              timeout server 60s
              timeout http-request 10s
              timeout http-keep-alive 60s
              # Until then a client that waits between two calls is told to close with its next answer: cut off at once, its
              # call may be under way already.
              option idle-close-on-response

            {{(options.ReportUsage ? "defaults marketplace from plain" : $"frontend marketplace\n  {Ear(options)}")}}
              log-format "{{(options.ReportUsage ? UsageLine.Format : "")}}%ci %HM %{+Q}HP %ST reason=%[var(txn.reason)] client=%{+Q}[var(txn.client)] operation=%{+Q}[var(txn.operation)] let_through=%[var(txn.let_through)]"
              http-after-response set-var(txn.reason) res.fhdr(Marketplace-Reason){{(options.ReportUsage ? ",word(1,' ')" : "")}}

            {{rules}}
              # After a switch of protocol (h2c, WebSocket) nobody would look at what follows; RFC 9110 §7.8 lets a proxy not offer it.
              http-request del-header Upgrade
              http-request del-header HTTP2-Settings
              # What was judged is what is sent: the origin form.
              http-request set-uri %[pathq] unless { url_beg / }
              http-response set-log-level err if { status ge 500 }
              default_backend service

            {{(options.ReportUsage ? FrontendPerThread(options) : "")}}backend service{{(options.ReportUsage ? " from plain" : "")}}
              server service {{options.Backend}}

            {{PlanRules.Tables(plans, options.ReportUsage ? " from plain" : "")}}
            """.ReplaceLineEndings("\n");
    }

    private static string Ear(HaproxyOptions options) =>
        $"bind {options.Bind}{(options.Certificate is { } certificate ? $" ssl crt {certificate} alpn h2,http/1.1" : "")}";

    /// <summary>
    /// Threads that want to write to one descriptor at the same moment give up after a few tries, and the line is lost;
    /// to a pipe the kernel writes them one after the other. So each has its own: <see cref="UsageLine.Descriptor"/>.
    /// </summary>
    private static string FrontendPerThread(HaproxyOptions options) => string.Concat(Enumerable.Range(1, options.Threads).Select(thread =>
        $"frontend marketplace-{thread} from marketplace\n  {Ear(options)} thread {thread}\n  log fd@{UsageLine.Descriptor(thread)} format raw local0 debug\n\n"));

    /// <summary>Stands in single quotes, so it may hold neither a quotation mark nor anything that haproxy reads.</summary>
    private static string Plain(string text, string what) =>
        PlainText().IsMatch(text) ? text : throw new GatewayException($"The {what} of the policy, {VisibleText.Of(text)}, holds characters that no {what} should.");

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._~:/?@&=+,!*()\[\]-]*\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlainText();
}
