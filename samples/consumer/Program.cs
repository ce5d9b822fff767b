using Marketplace.Samples.Consumer;

var builder = WebApplication.CreateBuilder(args);
builder.AddProviderByName();
builder.Services.AddOptions<ConsumerOptions>().BindConfiguration("Consumer");
builder.Services.AddSingleton<Sessions>();
if (string.IsNullOrEmpty(builder.Configuration["URLS"]) && string.IsNullOrEmpty(builder.Configuration["HTTP_PORTS"]))
    builder.WebHost.UseUrls($"http://localhost:{builder.Configuration.GetValue("Port", 5084)}");

var app = builder.Build();
app.UseSafeHeaders();
app.UseStaticFiles();
app.MapGet("/health/ready", () => "ready");
app.MapConsumer();
app.Run();
