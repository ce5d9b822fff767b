using System.Net.Http.Headers;
using System.Text.Json;
using Marketplace.Core.Fetching;
using Marketplace.Core.People;
using Marketplace.Jose;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Portal.SignIn.Company;

/// <summary>The company's identity provider as we know it: its endpoints and keys, asked for again now and then and when a key is new.</summary>
internal sealed class CompanyProvider : IDisposable
{
    private static readonly TimeSpan MetadataLife = TimeSpan.FromHours(1);

    /// <summary>Tokens with made-up keys must not make us ask for the keys each time.</summary>
    private static readonly TimeSpan KeysPause = TimeSpan.FromSeconds(10);

    private readonly SignInRules _rules;
    private readonly OpenIdSettings? _settings;
    private readonly PublicAddress _address;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _turn = new(1);
    private (ProviderMetadata Known, DateTimeOffset At)? _metadata;
    private (JwsVerifier Known, DateTimeOffset At)? _keys;

    public CompanyProvider(SignInRules rules, PublicAddress address, TimeProvider clock, IServiceProvider services)
    {
        (_rules, _address, _clock, _settings) = (rules, address, clock, services.GetService<OpenIdSettings>());
        Http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            SslOptions = { CertificateChainPolicy = (services.GetService<FetchOptions>() ?? new()).ChainPolicy() },
        })
        {
            Timeout = TimeSpan.FromSeconds(10),
            MaxResponseContentBufferSize = 1024 * 1024,
        };
    }

    public HttpClient Http { get; }

    public bool IsConfigured => _rules.Company is not null && _settings is not null;

    public string Name => _rules.Company?.Name ?? "";

    public string Issuer => _rules.Company!.Issuer;

    public OpenIdSettings Settings => _settings!;

    /// <summary>Where the identity provider sends people back to; registered there to the letter.</summary>
    public string Callback => _address.Url + OpenIdHandler.CallbackPath;

    /// <exception cref="ProviderException">It does not answer as it should.</exception>
    public async Task<ProviderMetadata> MetadataAsync(CancellationToken cancellation)
    {
        if (_metadata is { } fresh && _clock.GetUtcNow() - fresh.At < MetadataLife)
            return fresh.Known;
        await _turn.WaitAsync(cancellation);
        try
        {
            if (_metadata is { } meanwhile && _clock.GetUtcNow() - meanwhile.At < MetadataLife)
                return meanwhile.Known;
            using var json = await GetAsync(Issuer.TrimEnd('/') + "/.well-known/openid-configuration", null, cancellation);
            var read = ProviderMetadata.Read(json.RootElement, Issuer);
            _metadata = (read, _clock.GetUtcNow());
            return read;
        }
        catch (ProviderException) when (_metadata is not null)
        {
            // What it said before goes on to hold.
            return _metadata.Value.Known;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Its keys; asked for again if this one is not among them.</summary>
    public async Task<JwsVerifier> KeysAsync(string? keyId, CancellationToken cancellation)
    {
        var metadata = await MetadataAsync(cancellation);
        await _turn.WaitAsync(cancellation);
        try
        {
            var now = _clock.GetUtcNow();
            if (_keys is { } keys && (keyId is null || keys.Known.Knows(keyId) ? now - keys.At < MetadataLife : now - keys.At < KeysPause))
                return keys.Known;
            using var json = await GetAsync(metadata.Keys, null, cancellation);
            if (!JwkSet.TryParse(json.RootElement.GetRawText(), out var set))
                throw new ProviderException($"The keys of {Issuer} cannot be read.");
            var verifier = new JwsVerifier(VerificationKey.FromSet(set, JwsAlgorithm.ES256, JwsAlgorithm.PS256, JwsAlgorithm.RS256)
                .Concat(RsaWithoutAlgorithm(set)));
            _keys = (verifier, now);
            return verifier;
        }
        finally
        {
            _turn.Release();
        }
    }

    public Task<JsonDocument> UserInfoAsync(string address, string accessToken, CancellationToken cancellation) => GetAsync(address, accessToken, cancellation);

    /// <summary>Where its own session is ended (OpenID Connect RP-Initiated Logout 1.0 §2); null: it offers none, or is away.</summary>
    public async Task<string?> SignOutUrlAsync(string issuer, string idToken, CancellationToken cancellation)
    {
        if (!IsConfigured || issuer != Issuer)
            return null;
        try
        {
            return (await MetadataAsync(cancellation)).EndSession is not { } url ? null : QueryHelpers.AddQueryString(url, new Dictionary<string, string?>
            {
                ["id_token_hint"] = idToken,
                ["client_id"] = Settings.ClientId,
                ["post_logout_redirect_uri"] = _address.Url + "/sign-in",
            });
        }
        catch (ProviderException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        Http.Dispose();
        _turn.Dispose();
    }

    // Many providers leave "alg" out of their RSA keys, which OpenID Connect signs with RS256 by default (Core 1.0 §3.1.3.7).
    private static IEnumerable<VerificationKey> RsaWithoutAlgorithm(JwkSet set) => set.Keys
        .Where(key => key.Algorithm is null && key.KeyType == Jwk.Rsa && key.Use is null or "sig").Select(key => new VerificationKey(key, JwsAlgorithm.RS256));

    private async Task<JsonDocument> GetAsync(string address, string? accessToken, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Accept.ParseAdd("application/json");
            if (accessToken is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
            using var response = await Http.SendAsync(request, cancellation);
            if (!response.IsSuccessStatusCode)
                throw new ProviderException($"{address} answered {(int)response.StatusCode}.");
            return await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellation), cancellationToken: cancellation);
        }
        catch (Exception fault) when (fault is HttpRequestException or JsonException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new ProviderException($"{address} does not answer: {fault.Message}", fault);
        }
    }
}
