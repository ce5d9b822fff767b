using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Jose;
using Marketplace.Sdk;
using Marketplace.Sdk.Internal.Limits;
using Marketplace.Sdk.Internal.Protection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Marketplace.Bench;

/// <summary>
/// What the SDK does before a service sees a request: verify and decide. One API of many operations, many clients with
/// a dozen of them each, on one thread; the tokens, keys and grants lie in files, so that others can be given the same.
/// </summary>
internal static class Decisions
{
    private const string Audience = "urn:marketplace:big:v1:production";
    private const string Issuer = "http://marketplace.example";
    private const int GrantsOfClient = 12;

    /// <summary>Files: jwks.json, snapshot.json, calls (token, method and path on each line; every client in turn).</summary>
    public static void Write(string folder, int operations, int clients, int tokens)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var key = Jwk.Generate(JwsAlgorithm.ES256);
        var signer = new JwsSigner(key, JwsAlgorithm.ES256, "at+jwt");
        var all = Enumerable.Range(0, operations).Select(Operation).ToList();
        var granted = Enumerable.Range(0, clients).Select(_ => Enumerable.Range(0, GrantsOfClient).Select(_ => RandomNumberGenerator.GetInt32(operations)).Distinct().Order().ToArray()).ToList();
        var bitmaps = granted.ConvertAll(indexes => OperationBitmap.Of(indexes).ToString());
        var snapshot = new PolicySnapshot
        {
            Issuer = Issuer, Audience = Audience, Api = "big", Version = "v1", Environment = "production", Revision = 7, IssuedAt = now, Operations = all,
            Grants = [.. bitmaps.Select((bitmap, client) => new PolicyGrant($"app_{client:D16}", bitmap, now - 60, now + 86400))],
        };
        File.WriteAllText(Path.Combine(folder, "jwks.json"), new JwkSet([key.ToPublic()]).ToJson());
        File.WriteAllBytes(Path.Combine(folder, "snapshot.json"), JsonSerializer.SerializeToUtf8Bytes(snapshot, PolicyJson.Default.PolicySnapshot));
        using var calls = new StreamWriter(Path.Combine(folder, "calls"));
        for (var i = 0; i < tokens; i++)
        {
            var client = i % clients;
            var operation = all[granted[client][i % granted[client].Length]];
            var claims = new Dictionary<string, object>
            {
                ["iss"] = Issuer, ["aud"] = Audience, ["sub"] = $"app_{client:D16}", ["client_id"] = $"app_{client:D16}", ["iat"] = now, ["exp"] = now + 300,
                ["jti"] = $"{now}-{i:D11}", ["scope"] = string.Join(' ', granted[client].Select(index => all[index].Key)), ["ops"] = bitmaps[client],
                ["env"] = "production", ["rev"] = 7,
            };
            calls.WriteLine($"{signer.Sign(JsonSerializer.SerializeToUtf8Bytes(claims))} {operation.Method} {operation.Path.Replace("{id}", $"{i}", StringComparison.Ordinal)}");
        }
    }

    /// <summary>
    /// Prints decisions on unseen tokens per CPU-second, microseconds at the median and p99 with seen ones, decisions with seen
    /// ones per CPU-second, kB of the policy, and bare verifications of the framework per CPU-second.
    /// </summary>
    public static async Task RunAsync(string folder, int clients)
    {
        var options = Options.Create(new MarketplaceOptions { Url = new Uri(Issuer), Environment = "production", Backchannel = new KeyFile(Path.Combine(folder, "jwks.json")) });
        using var keys = new KeyRing(options, TimeProvider.System, NullLogger<KeyRing>.Instance);
        if (!await keys.RefreshAsync())
            throw new InvalidOperationException("The keys cannot be read.");
        var holder = new PolicyHolder(options, TimeProvider.System);
        var kilobytes = Policy(folder, holder);
        var authorizer = new Authorizer(holder, new TokenReader(keys, new TokenCache(), options, TimeProvider.System), new Possession(options, TimeProvider.System), new Meters(TimeProvider.System), TimeProvider.System);
        var calls = File.ReadLines(Path.Combine(folder, "calls")).Select(Call.Of).ToArray();

        var limit = Limit.Verify(TimeSpan.FromSeconds(1));
        // Until the cache of seen tokens is full, as after the first minutes of a service.
        var warm = calls.Length / 2;
        await DecideAllAsync(authorizer, calls.AsMemory(0, warm));
        var before = Cpu();
        await DecideAllAsync(authorizer, calls.AsMemory(warm));
        var unseen = (calls.Length - warm) / (Cpu() - before).TotalSeconds;
        limit = (limit + Limit.Verify(TimeSpan.FromSeconds(1))) / 2;

        // The newest token of every client, in no order that a cache of the processor could learn.
        var seen = calls[^clients..].Select(call => call.Into(new DefaultHttpContext())).ToArray();
        RandomNumberGenerator.Shuffle<HttpContext>(seen);
        for (var i = 0; i < 5; i++)
        {
            foreach (var context in seen)
                Demand(await authorizer.DecideAsync(context));
        }

        var ticks = new long[100 * clients];
        before = Cpu();
        for (var i = 0; i < ticks.Length; i++)
        {
            var began = Stopwatch.GetTimestamp();
            var decision = await authorizer.DecideAsync(seen[i % clients]);
            ticks[i] = Stopwatch.GetTimestamp() - began;
            Demand(decision);
        }
        var perSecond = ticks.Length / (Cpu() - before).TotalSeconds;
        Array.Sort(ticks);
        Console.WriteLine($"{unseen:F0} {Microseconds(ticks, 0.5):F2} {Microseconds(ticks, 0.99):F2} {perSecond:F0} {kilobytes} {limit:F0}");
    }

    /// <summary>Prints the kB of the policy alone.</summary>
    public static void PrintPolicy(string folder) =>
        Console.WriteLine(Policy(folder, new PolicyHolder(Options.Create(new MarketplaceOptions()), TimeProvider.System)));

    // One context for all, as a server keeps one per connection.
    private static async Task DecideAllAsync(Authorizer authorizer, ReadOnlyMemory<Call> calls)
    {
        var context = new DefaultHttpContext();
        for (var i = 0; i < calls.Length; i++)
            Demand(await authorizer.DecideAsync(calls.Span[i].Into(context)));
    }

    // A refusal would be fast too.
    private static void Demand(Decision decision)
    {
        if (decision.Caller is null)
            throw new InvalidOperationException($"Refused: {decision.Reason}.");
    }

    private static long Policy(string folder, PolicyHolder holder)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        Load(folder, holder);
        return (GC.GetTotalMemory(forceFullCollection: true) - before) / 1024;
    }

    // By itself, so that nothing on the stack keeps the document.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Load(string folder, PolicyHolder holder) => holder.Replace(new EnforcedPolicy(
        JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(folder, "snapshot.json")), PolicyJson.Default.PolicySnapshot)!, null, new Meters(TimeProvider.System)));

    private static PolicyOperation Operation(int i) => (i % 4) switch
    {
        0 => new(i, $"listThings{i}", "GET", $"/domain-{i / 200}/things-{i / 4}"),
        1 => new(i, $"createThing{i}", "POST", $"/domain-{i / 200}/things-{i / 4}"),
        2 => new(i, $"getThing{i}", "GET", $"/domain-{i / 200}/things-{i / 4}/{{id}}"),
        _ => new(i, $"cancelThing{i}", "POST", $"/domain-{i / 200}/things-{i / 4}/{{id}}/cancel"),
    };

    private static double Microseconds(long[] ticks, double share) => ticks[(int)(ticks.Length * share)] * 1e6 / Stopwatch.Frequency;

    private static TimeSpan Cpu()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }

    private readonly record struct Call(string Authorization, string Method, string Target)
    {
        public static Call Of(string line)
        {
            var parts = line.Split(' ');
            return new Call("Bearer " + parts[0], parts[1], parts[2]);
        }

        public HttpContext Into(HttpContext context)
        {
            context.Request.Headers.Authorization = Authorization;
            context.Request.Method = Method;
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = Target;
            return context;
        }
    }

    private sealed class KeyFile(string file) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            new(HttpStatusCode.OK) { Content = new StringContent(await File.ReadAllTextAsync(file, cancellationToken), Encoding.UTF8) };
    }
}
