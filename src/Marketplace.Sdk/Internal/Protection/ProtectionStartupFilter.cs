using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>In front of the whole pipeline, routing included: what is not allowed reaches nothing.</summary>
internal sealed class ProtectionStartupFilter : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseMiddleware<ProtectionMiddleware>();
        next(app);
    };
}
