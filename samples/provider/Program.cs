using Marketplace.Samples.Provider;
using Marketplace.Samples.Provider.Payments;
using Marketplace.Sdk;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton(TimeProvider.System).AddSingleton<PaymentBook>();
builder.Services.AddHealthChecks();

var port = builder.Configuration.GetValue("Port", 5081);
if (builder.Configuration.GetValue("Unprotected", defaultValue: false))
    // For use behind a gateway: whatever addresses are configured, only this machine gets in.
    builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
else
    builder.ListenOn(port).AddMarketplaceProtection();

var app = builder.Build();
app.MapHealth();
app.MapPayments();
app.MapRefunds();
app.MapSettlements();
app.Run();
