using System.Text;
using Microsoft.AspNetCore.Http;

namespace Marketplace.ControlPlane.Refusals;

/// <summary>What was refused how often: by kind, client and reason.</summary>
internal readonly record struct RefusalKey(string Kind, string ClientId, string Reason);

/// <param name="Count">Since it was last written.</param>
/// <param name="LastAt">The last time.</param>
/// <param name="Detail">What the last one was told.</param>
internal sealed record RefusalCount(long Count, DateTimeOffset LastAt, string Detail);

/// <summary>
/// Counts what this plane refuses, so that an administrator sees who misbehaves. A stranger has no name here, so that
/// nobody can invent rows.
/// </summary>
internal sealed class RefusalTally(TimeProvider clock)
{
    private const int MostKinds = 10_000;
    private const int LongestDetail = 500;
    private readonly Lock gate = new();
    private Dictionary<RefusalKey, RefusalCount> counts = [];

    /// <summary>Runs what answers, and counts it if it refused.</summary>
    public RequestDelegate Watching(string kind, RequestDelegate handle) => async context =>
    {
        await handle(context);
        if (context.Features.Get<Refused>() is { Status: >= 400 and < 500 } refused)
            Note(kind, context.Features.Get<Pullers.Caller>()?.ClientId ?? "", refused.Code, refused.Detail);
    };

    public void Note(string kind, string clientId, string reason, string detail)
    {
        detail = Text(detail);
        var key = new RefusalKey(kind, clientId, reason);
        lock (gate)
        {
            if (counts.TryGetValue(key, out var before))
                counts[key] = new(before.Count + 1, clock.GetUtcNow(), detail);
            else if (counts.Count < MostKinds)
                counts[key] = new(1, clock.GetUtcNow(), detail);
        }
    }

    // What the database takes for no text, such as half of a letter that was cut, would keep all that is counted from being written.
    private static string Text(string detail) => string.Concat(
        detail[..Math.Min(detail.Length, LongestDetail)].EnumerateRunes().Select(rune => Rune.IsControl(rune) ? Rune.ReplacementChar : rune));

    public Dictionary<RefusalKey, RefusalCount> Take()
    {
        lock (gate)
        {
            var taken = counts;
            counts = [];
            return taken;
        }
    }

    /// <summary>It could not be written.</summary>
    public void GiveBack(Dictionary<RefusalKey, RefusalCount> taken)
    {
        lock (gate)
        {
            foreach (var (key, count) in taken)
                counts[key] = counts.TryGetValue(key, out var newer) ? newer with { Count = newer.Count + count.Count } : count;
        }
    }
}

/// <summary>What a request was refused with.</summary>
internal sealed record Refused(int Status, string Code, string Detail);
