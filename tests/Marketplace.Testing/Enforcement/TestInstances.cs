using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Marketplace.Contracts.Discovery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Testing.Enforcement;

/// <summary>The part of a marketplace that instances register at and that tells who they are.</summary>
public sealed class TestInstances
{
    private const string Address = "/control/v1/instances/{api}/{version}/{environment}";
    private readonly ConcurrentDictionary<string, InstanceRegistration> registered = new(StringComparer.Ordinal);
    private readonly Func<TestIssuer> issuer;
    private State current = new(0, []);
    private int forgedGiven;

    internal TestInstances(WebApplication app, Func<TestIssuer> issuer)
    {
        this.issuer = issuer;
        app.MapGet(Address, GetAsync);
        app.MapPut(Address + "/{instance}", (string instance, InstanceRegistration registration) =>
        {
            Heard.Enqueue($"{instance} {registration.State}");
            registered[instance] = registration;
            PublishRegistered();
            return Results.NoContent();
        });
        app.MapDelete(Address + "/{instance}", (string instance) =>
        {
            Heard.Enqueue($"{instance} left");
            registered.TryRemove(instance, out _);
            PublishRegistered();
            return Results.NoContent();
        });
    }

    /// <summary>What instances said, in order: name and state, or that it left.</summary>
    public ConcurrentQueue<string> Heard { get; } = new();

    /// <summary>Another list than that of those registered; those who wait get it at once.</summary>
    public void Publish(params IEnumerable<ServiceInstance> instances) => Replace(instances);

    /// <summary>One that is signed by whoever, for tests of what must not be believed.</summary>
    public string? Forged { get; set; }

    /// <summary>How often it was given: who asks again has judged the one before.</summary>
    public int ForgedGiven => Volatile.Read(ref forgedGiven);

    private void PublishRegistered() =>
        Replace(registered.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => new ServiceInstance(r.Key, r.Value.Url, r.Value.Zone, r.Value.Version, r.Value.Weight, r.Value.Share, r.Value.State)));

    private void Replace(IEnumerable<ServiceInstance> instances)
    {
        var before = Volatile.Read(ref current);
        Volatile.Write(ref current, new State(before.Revision + 1, [.. instances]));
        before.Changed.TrySetResult();
    }

    public string Sign(InstanceList list) => issuer().Sign(list);

    public InstanceList List => Of(Volatile.Read(ref current));

    private InstanceList Of(State state) => new()
    {
        Issuer = issuer().Issuer, Audience = EnforcementPolicy.Audience, Api = EnforcementPolicy.Api, Version = EnforcementPolicy.Version,
        Environment = EnforcementPolicy.Environment, Revision = state.Revision, IssuedAt = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), Instances = state.Instances,
    };

    private async Task GetAsync(HttpContext context)
    {
        if (!context.Request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.Ordinal))
        {
            context.Response.StatusCode = 401;
            return;
        }

        var state = Volatile.Read(ref current);
        if (context.Request.Headers.IfNoneMatch == Tag(state) && int.TryParse(context.Request.Query["wait"], out var seconds))
            await Task.WhenAny(state.Changed.Task, Task.Delay(TimeSpan.FromSeconds(seconds), context.RequestAborted));
        state = Volatile.Read(ref current);
        context.Response.Headers.ETag = Tag(state);
        if (context.Request.Headers.IfNoneMatch == Tag(state))
        {
            context.Response.StatusCode = 304;
            return;
        }

        if (Forged is not null)
            Interlocked.Increment(ref forgedGiven);
        context.Response.ContentType = "application/jwt";
        await context.Response.WriteAsync(Forged ?? Sign(Of(state)), Encoding.ASCII);
    }

    internal void Stop() => Volatile.Read(ref current).Changed.TrySetResult();

    private static string Tag(State state) => $"\"{state.Revision}\"";

    private sealed record State(long Revision, IReadOnlyList<ServiceInstance> Instances)
    {
        public TaskCompletionSource Changed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
