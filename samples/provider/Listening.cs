namespace Marketplace.Samples.Provider;

internal static class Listening
{
    /// <summary>This port of this machine, unless addresses are configured in the usual place.</summary>
    public static WebApplicationBuilder ListenOn(this WebApplicationBuilder builder, int port)
    {
        if (string.IsNullOrEmpty(builder.Configuration["URLS"]) && string.IsNullOrEmpty(builder.Configuration["HTTP_PORTS"]))
            builder.WebHost.UseUrls($"http://localhost:{port}");
        return builder;
    }
}
