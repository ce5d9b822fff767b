using Marketplace.Sdk;

namespace Marketplace.Samples.Consumer;

/// <summary>The provider as an ordinary consumer reaches it: by its API's name, with the credentials in section <c>Marketplace</c>.</summary>
internal static class ByName
{
    public const string Client = "provider";

    /// <summary>Without a client id of its own this service has nothing but what people paste.</summary>
    public static void AddProviderByName(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration["Marketplace:ClientId"]))
            return;
        var consumer = builder.Configuration.GetRequiredSection("Consumer").Get<ConsumerOptions>()!;
        builder.Services.AddHttpClient(Client, http => http.Timeout = ConsumerOptions.Patience)
            .AddMarketplaceApi(consumer.Api, consumer.Version, consumer.Environment, options =>
            {
                options.StateFolder = builder.Configuration["Marketplace:StateFolder"];
                // Where an operator has not let it say where it is.
                options.Fallback.Add(consumer.Direct);
            });
        builder.Services.AddHostedService<SteadyCalls>();
    }
}
