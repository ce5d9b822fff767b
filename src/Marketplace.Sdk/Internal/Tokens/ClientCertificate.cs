using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Marketplace.Sdk.Internal.Tokens;

/// <summary>The certificate by which an application proves itself and to which its tokens are bound (RFC 8705).</summary>
internal sealed class ClientCertificate
{
    private readonly X509Certificate2 own;
    private readonly SslStreamCertificateContext context;

    private ClientCertificate(X509Certificate2 own, X509Certificate2Collection chain) =>
        (this.own, context) = (own, SslStreamCertificateContext.Create(own, chain, offline: true));

    /// <summary>A PEM file of the certificate, what its authority wants sent along, and the private key. Else a sentence about it.</summary>
    public static ClientCertificate? Read(string file, out string? problem)
    {
        try
        {
            var certificate = X509Certificate2.CreateFromPemFile(file);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(file);
            problem = null;
            return new ClientCertificate(certificate, chain);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            problem = $"{file} must hold a certificate and its private key in PEM. {e.Message}";
            return null;
        }
    }

    /// <summary>Has the connections of a handler shown to be this application's.</summary>
    /// <exception cref="InvalidOperationException">The handler makes its connections in a way that is not known here.</exception>
    public void LendTo(HttpMessageHandler handler)
    {
        switch (handler)
        {
            case SocketsHttpHandler sockets:
                sockets.SslOptions.ClientCertificateContext = context;
                break;
            case HttpClientHandler client:
                client.ClientCertificateOptions = ClientCertificateOption.Manual;
                client.ClientCertificates.Add(own);
                break;
            case DelegatingHandler { InnerHandler: { } inner }:
                LendTo(inner);
                break;
            default:
                throw new InvalidOperationException($"A {handler.GetType().Name} cannot be given the client certificate. Use a SocketsHttpHandler.");
        }
    }
}
