using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Marketplace.Sdk.Internal.Discovery;

/// <summary>How many calls this service is answering.</summary>
internal sealed class CallsUnderWay : IStartupFilter
{
    private long count;

    public long Count => Interlocked.Read(ref count);

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, call) =>
        {
            Interlocked.Increment(ref count);
            try
            {
                await call(context);
            }
            finally
            {
                Interlocked.Decrement(ref count);
            }
        });
        next(app);
    };
}
