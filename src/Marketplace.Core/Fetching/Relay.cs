using System.Net.Sockets;

namespace Marketplace.Core.Fetching;

/// <param name="Failure">Why there is no response, in a sentence that says what to do; null when there is one.</param>
public readonly record struct Relayed(HttpResponseMessage? Response, string? Failure);

/// <summary>Sends one request to a sandbox that a person registered, with the checks of every other fetch. Follows nothing.</summary>
public sealed class Relay(FetchOptions options)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> _send = SafeFetcher.Connecting(options with { AllowedInternalHosts = options.SandboxHosts }).SendAsync;

    public async Task<Relayed> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Patience);
        var host = request.RequestUri!.Authority;
        try
        {
            return new(await _send(request, deadline.Token), null);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new(null, $"{host} did not answer within {Patience.TotalSeconds:0} seconds.");
        }
        catch (HttpRequestException e) when (e.InnerException is AddressRefused)
        {
            return new(null, $"{host} is in a private network; an operator may allow it in MARKETPLACE_SANDBOX_HOSTS.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            return new(null, $"{host} cannot be reached. Ask the API's owners whether its sandbox runs.");
        }
    }
}
