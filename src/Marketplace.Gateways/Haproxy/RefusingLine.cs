using Marketplace.Contracts.Policy;

namespace Marketplace.Gateways.Haproxy;

/// <summary>The version in its environment that refuses, and the marketplace that explains it. All of it plain text.</summary>
internal sealed record RefusingLine(string Realm, string Issuer, string Api, string Version, string Environment)
{
    // Encoded for an address, which no quotation mark survives; a variable that was not set is empty.
    private const string Client = "%[var(txn.client),url_enc]";
    private const string Operation = "%[var(txn.operation),url_enc]";

    /// <summary>Where the caller's team asks for what was refused.</summary>
    public string RequestAccess => $"{Issuer.TrimEnd('/')}/requests/refused?client={Client}&api={Api}&version={Version}&environment={Environment}&operation={Operation}";

    /// <summary>Where the refusal is explained. Whom a token that is no good names is not said.</summary>
    public string Why(string reason) => $"{Issuer.TrimEnd('/')}/why?api={Api}&version={Version}&environment={Environment}&reason={reason}"
        + (ReasonCode.StatusOf(reason) == 401 ? "" : $"&application={Client}&operation={Operation}");
}
