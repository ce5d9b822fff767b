using System.Net;
using System.Text;

namespace Marketplace.Gateways.Agent;

/// <summary>Answers <c>/health/ready</c> and <c>/metrics</c> on an address of the agent's own, beside what haproxy serves.</summary>
internal sealed class StatusServer : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly Func<AgentReport> report;
    private readonly Task serving;

    private StatusServer(string address, Func<AgentReport> report)
    {
        this.report = report;
        listener.Prefixes.Add($"http://{(address.StartsWith(':') ? "*" + address : address)}/");
        try
        {
            listener.Start();
        }
        catch (HttpListenerException e)
        {
            throw new GatewayException($"Health and metrics cannot be served on {address}: {e.Message}", e);
        }

        serving = ServeAsync();
    }

    /// <summary>Null: nobody wants one.</summary>
    /// <exception cref="GatewayException">The address is taken, or none.</exception>
    public static StatusServer? Start(string? address, Func<AgentReport> report) => address is null ? null : new StatusServer(address, report);

    public async ValueTask DisposeAsync()
    {
        listener.Close();
        await serving;
    }

    private async Task ServeAsync()
    {
        while (listener.IsListening)
        {
            try
            {
                Answer(await listener.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException or IOException)
            {
                // Closed by us, or a caller that did not wait for its answer.
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        var now = report();
        var (status, type, text) = context.Request.Url?.AbsolutePath switch
        {
            "/health/ready" => (now.IsReady ? 200 : 503, "application/json", now.ToJson()),
            "/metrics" => (200, "text/plain; version=0.0.4", now.ToMetrics()),
            _ => (404, "text/plain", "There are /health/ready and /metrics.\n"),
        };
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.Close(Encoding.UTF8.GetBytes(text), willBlock: false);
    }
}
