using System.Net;

namespace Marketplace.Sdk.Internal.Balancing;

/// <summary>
/// Sends each request to an instance that it chooses, and where that one fails, and the request may be sent twice, to
/// another one.
/// </summary>
internal sealed class BalancingHandler(ApiClient client) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var asked = request.RequestUri ?? throw new InvalidOperationException("The request names no address.");
        // A token for this API goes to its instances and to nobody else.
        if (!string.Equals(asked.Host, client.Api.Name, StringComparison.OrdinalIgnoreCase))
            throw new InvalidOperationException($"This client calls {client.Api}: send to http://{client.Api.Name}/, not to {asked.Host}.");
        await client.ReadyAsync(cancellationToken);
        client.Budget.Deposit();
        var tried = new List<Endpoint>(0);
        while (true)
        {
            var endpoint = client.Balancer.Pick(tried) ?? throw client.Nowhere();
            request.RequestUri = endpoint.AddressOf(asked);
            var attempt = await AttemptAsync(endpoint, request, tried.Count, cancellationToken);
            // Whoever stands in front and sends it again sends it by the name.
            request.RequestUri = asked;
            if (attempt.Fault is null && attempt.End == CallEnd.Answered)
                return attempt.Response!;
            if (!MayBeSentAgain(request, attempt) || tried.Count + 1 >= client.Options.MaxAttempts || cancellationToken.IsCancellationRequested
                || client.Balancer.Endpoints.Count < 2 || !client.Budget.TryTake())
                return attempt.Response ?? throw attempt.Fault!;
            attempt.Response?.Dispose();
            client.Retried();
            tried.Add(endpoint);
        }
    }

    private async Task<Attempt> AttemptAsync(Endpoint endpoint, HttpRequestMessage request, int before, CancellationToken cancellation)
    {
        // The last one gets all the time that the caller gives it: a slow answer is better than none.
        var isTimed = client.Options.AttemptTimeout is not null && before + 1 < client.Options.MaxAttempts && IsIdempotent(request.Method)
            && Resending.IsPossible(request.Content) && client.Balancer.Endpoints.Count > 1;
        using var patience = isTimed ? CancellationTokenSource.CreateLinkedTokenSource(cancellation) : null;
        patience?.CancelAfter(client.Options.AttemptTimeout!.Value);
        var began = client.Clock.GetTimestamp();
        var attempt = new Attempt(null, CallEnd.Abandoned, null);
        try
        {
            var response = await base.SendAsync(request, patience?.Token ?? cancellation);
            attempt = new Attempt(response, (int)response.StatusCode >= 500 ? CallEnd.Failed : CallEnd.Answered, null);
        }
        catch (HttpRequestException e)
        {
            attempt = new Attempt(null, CallEnd.Lost, e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            attempt = new Attempt(null, CallEnd.Lost, new HttpRequestException($"{endpoint.Instance.Id} of {client.Api} did not answer in time.", e));
        }
        finally
        {
            client.Balancer.End(endpoint, client.Clock.GetElapsedTime(began), attempt.End);
        }

        return attempt;
    }

    private static bool MayBeSentAgain(HttpRequestMessage request, Attempt attempt)
    {
        if (!Resending.IsPossible(request.Content))
            return false;
        // A connection that was never there carried nothing.
        if (attempt.Fault is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError })
            return true;
        return IsIdempotent(request.Method)
            && (attempt.Fault is not null || attempt.Response!.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout);
    }

    // RFC 9110 §9.2.2.
    private static bool IsIdempotent(HttpMethod method) =>
        method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Options || method == HttpMethod.Put || method == HttpMethod.Delete || method == HttpMethod.Trace;

    private readonly record struct Attempt(HttpResponseMessage? Response, CallEnd End, Exception? Fault);
}
