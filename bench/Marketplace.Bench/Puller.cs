using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Marketplace.Contracts.Policy;

namespace Marketplace.Bench;

/// <summary>A data plane as far as the control plane sees it: it pulls, waits, and comes back after a pause when it failed.</summary>
internal sealed class Puller(HttpClient http, string address, string token)
{
    private EntityTagHeaderValue? tag;

    /// <summary>The revision that it holds.</summary>
    public long Revision { get; private set; } = -1;

    /// <summary>How many bytes it was told last, before compression.</summary>
    public long Told { get; private set; }

    /// <param name="received">Told of each snapshot that arrives.</param>
    public async Task RunAsync(Action<Puller> received, CancellationToken end)
    {
        var failures = 0;
        while (!end.IsCancellationRequested)
        {
            try
            {
                await PullAsync(received, end);
                failures = 0;
            }
            catch (HttpRequestException)
            {
                // As the SDK pauses: full jitter, so that nobody comes back in step.
                await Task.Delay(RandomNumberGenerator.GetInt32(100, Math.Min(30_000, 250 << Math.Min(7, ++failures))), end);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task PullAsync(Action<Puller> received, CancellationToken end)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, ControlAddress.Following(address, tag?.Tag, 25));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Add("Accept", ControlAddress.DeltaOrWhole);
        if (tag is not null)
            request.Headers.IfNoneMatch.Add(tag);
        using var response = await http.SendAsync(request, end);
        if (response.StatusCode == HttpStatusCode.NotModified)
            return;
        await response.EnsureSuccessStatusCode().Content.LoadIntoBufferAsync(end);
        Told = (await response.Content.ReadAsStreamAsync(end)).Length;
        tag = response.Headers.ETag!;
        Revision = long.Parse(tag.Tag.AsSpan()[1..].SliceTo('.'));
        received(this);
    }
}

file static class Spans
{
    public static ReadOnlySpan<char> SliceTo(this ReadOnlySpan<char> text, char end) => text[..text.IndexOf(end)];
}
