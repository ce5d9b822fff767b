using Marketplace.Testing;

namespace Marketplace.EndToEnd.Framework;

internal static class Build
{
    private static string Configuration => AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";

    /// <summary>A file of another project, as built in the configuration of these tests.</summary>
    public static string Output(string area, string project, string file) =>
        Repository.File(area, project, "bin", Configuration, "net10.0", file);

    /// <summary>Waits until it answers at all; 503 means that it has no policy yet.</summary>
    public static async Task AnswersAsync(this ChildProcess process, Uri url)
    {
        using var client = new HttpClient();
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(60))
        {
            if (process.Exit.IsCompleted)
                throw new InvalidOperationException($"It ended with exit code {await process.Exit}.\n{process.Errors}{process.Output}");
            try
            {
                using var answer = await client.GetAsync(url);
                if ((int)answer.StatusCode != 503)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(100);
        }

        throw new TimeoutException($"{url} does not answer.\n{process.Errors}{process.Output}");
    }
}
