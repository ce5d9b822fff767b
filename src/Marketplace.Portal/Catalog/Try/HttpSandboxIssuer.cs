using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Core;
using Marketplace.Core.Access.Sandbox;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Portal.Catalog.Try;

/// <summary>Where the token plane answers, known once the process listens.</summary>
public sealed record TokenPlaneAddress(Func<Uri> Find);

/// <summary>Asks the token plane as it is asked wherever it runs: over HTTP, also within one process.</summary>
internal sealed class HttpSandboxIssuer(TokenPlaneAddress plane) : ISandboxIssuer, IDisposable
{
    private const int Attempts = 8;

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };

    public async Task<Outcome<SandboxToken>> IssueAsync(Func<string> statement, string audience, CancellationToken cancellation)
    {
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                using var response = await _http.PostAsync(
                    new Uri(plane.Find(), SandboxStatement.Path), new FormUrlEncodedContent([KeyValuePair.Create("statement", statement())]), cancellation);
                var answer = await response.Content.ReadFromJsonAsync<Answered>(cancellation);
                if (answer is { AccessToken: { } token })
                    return new SandboxToken(token, answer.ExpiresIn, audience);
                if (answer?.Error is not "invalid_target")
                    return new Problem("token_refused", $"The token plane refused: {answer?.Description ?? "it did not say why"}");
                // The grant stands in the database: the token plane learns of it within a moment.
                if (attempt == Attempts)
                    return new Problem("no_sandbox_grant", "The token plane does not know of the grant yet. Try again in some seconds.", "application");
                await Task.Delay(TimeSpan.FromMilliseconds(400), CancellationToken.None);
            }
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            return new Problem("token_plane_away", "The token plane does not answer; try again, and tell the operators if it stays.");
        }
    }

    public void Dispose() => _http.Dispose();

    private sealed record Answered(
        [property: JsonPropertyName("access_token")] string? AccessToken, [property: JsonPropertyName("expires_in")] int ExpiresIn,
        [property: JsonPropertyName("error")] string? Error, [property: JsonPropertyName("error_description")] string? Description);
}

internal static class Trying
{
    public static IServiceCollection AddTrying(this IServiceCollection services) =>
        services.AddSingleton<ISandboxIssuer, HttpSandboxIssuer>().AddSingleton<SandboxTokens>();
}
