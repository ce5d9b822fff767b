using Marketplace.Contracts.Policy;

namespace Marketplace.Gateways.Haproxy;

/// <summary>What the service behind is told of a call that it gets.</summary>
internal static class ServiceRules
{
    public static Rules ToService(this Rules rules, bool tellsAll)
    {
        // Below what goes to standard error.
        var allowed = tellsAll ? "debug" : "silent";
        rules.Add("").Comment("The service learns who calls what from these headers, and from nobody else; a server may read _ as -.")
            .Add("http-request del-header ^marketplace[-_](?:client|operation|let[-_]through)$ -m reg");
        if (!rules.MayLetThrough)
        {
            return rules.Add("http-request set-header Marketplace-Client %[var(txn.client)]")
                .Add("http-request set-header Marketplace-Operation %[var(txn.operation)]")
                .Add($"http-request set-log-level {allowed}");
        }

        return rules.Comment("Whoever has no good token is nobody, whatever the token says.")
            .Add("http-request unset-var(txn.client) if { var(txn.kept) -m beg token_ }")
            .Add("http-request unset-var(txn.operation) if { var(txn.unmatched) -m found }")
            .Add("http-request set-header Marketplace-Client %[var(txn.client)] if { var(txn.client) -m found }")
            .Add("http-request set-header Marketplace-Operation %[var(txn.operation)] if { var(txn.operation) -m found }")
            .Add($"http-request set-header {LetThrough.Header} %[var(txn.let_through)] if {{ var(txn.let_through) -m found }}")
            .Add($"http-response set-header {LetThrough.Header} %[var(txn.let_through)] if {{ var(txn.let_through) -m found }}")
            .Add($"http-request set-log-level {allowed} unless {{ var(txn.let_through) -m found }}");
    }
}
