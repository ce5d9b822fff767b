using System.Collections.Concurrent;
using Marketplace.Contracts.Policy;
using Marketplace.Sdk.Internal;
using Marketplace.Sdk.Internal.Tokens;

namespace Marketplace.Sdk;

/// <summary>
/// The tokens of one application: one per audience, kept until shortly before it expires, renewed in the background
/// at 80 % of its life, and never more than one request in flight per audience. Thread-safe; keep one per application.
/// </summary>
public sealed class MarketplaceTokenSource : IDisposable
{
    private readonly ConcurrentDictionary<string, TokenSlot> slots = new(StringComparer.Ordinal);
    private readonly TokenRequest request;
    private readonly DpopProofs? proofs;
    private readonly HttpClient http;
    private readonly TimeProvider time;

    /// <summary>Makes a source of tokens.</summary>
    /// <exception cref="ArgumentException">The options cannot work; the message says why.</exception>
    public MarketplaceTokenSource(MarketplaceClientOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var problems = string.Join(' ', options.Problems());
        if (problems.Length > 0)
            throw new ArgumentException(problems, nameof(options));
        this.time = time ?? TimeProvider.System;
        if (options.ClientCertificateFile is { Length: > 0 } file)
            Certificate = ClientCertificate.Read(file, out _);
        http = BackchannelHttp.Create(options, certificate: Certificate);
        proofs = options.Dpop ? new DpopProofs(this.time) : null;
        request = new TokenRequest(options, http, new TokenAddress(options, http, this.time), this.time);
    }

    /// <summary>What its tokens are bound to, if anything.</summary>
    internal ClientCertificate? Certificate { get; }

    /// <summary>
    /// A token for the audience, such as <c>urn:marketplace:payments:v1:production</c>. One that is bound
    /// (<see cref="MarketplaceClientOptions.Dpop"/>) is sent by a <see cref="MarketplaceTokenHandler"/>, which makes the proofs.
    /// </summary>
    /// <exception cref="MarketplaceTokenException">The marketplace gave none.</exception>
    public ValueTask<string> GetTokenAsync(string audience, CancellationToken cancellationToken = default) =>
        SlotOf(audience).GetAsync(cancellationToken);

    /// <summary>Drops a token that a service refused, unless another one has taken its place.</summary>
    public void Forget(string audience, string token) => SlotOf(audience).Forget(token);

    /// <summary>The same, but not again and again: false where another one would be of no more use.</summary>
    internal bool ForgetRefused(string audience, string token) => SlotOf(audience).ForgetRefused(token);

    /// <summary>Drops a token of at least this age; false when it is younger. So nobody makes us ask more often than that.</summary>
    internal bool ForgetOlder(string audience, string token, TimeSpan age) => SlotOf(audience).ForgetOlder(token, age);

    /// <summary>Makes the proofs that go with a token; null for a bearer token. The control plane takes no others.</summary>
    internal DpopProofs? ProofsFor(string audience) => audience == ControlAddress.Audience ? null : proofs;

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private TokenSlot SlotOf(string audience) =>
        slots.GetOrAdd(audience, static (name, source) => new TokenSlot(() => source.request.SendAsync(name, source.ProofsFor(name)), source.time), this);
}
