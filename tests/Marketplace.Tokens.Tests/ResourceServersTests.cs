using System.Net;
using System.Text.Json;
using Marketplace.Core.Applications;
using Marketplace.Jose;
using Marketplace.Testing;

namespace Marketplace.Tokens.Tests;

/// <summary>Other people's resource servers accept our tokens, and no altered one: Debian's python3-jwt, Apache with mod_oauth2.</summary>
public sealed class ResourceServersTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Python3_jwt_accepts_ours_and_refuses_what_was_tampered_with()
    {
        await using var bank = await OtherClientsTests.TodaysBankAsync(postgres);
        await using var server = await TokenServer.StartAsync(bank);
        var token = await TokenAsync(server, bank);
        var (code, output) = await VerifyAsync(token);
        Assert.Equal(0, code);
        Assert.Equal(bank.App.ClientId, JsonDocument.Parse(output).RootElement.GetProperty("sub").GetString());
        foreach (var (how, tampered) in Tampered(token))
            Assert.Equal((how, 3), (how, (await VerifyAsync(tampered)).Code));

        async Task<(int Code, string Output)> VerifyAsync(string text)
        {
            await using var python = ChildProcess.Start(
                "/usr/bin/python3", [Repository.File("tests", "clients", "verify.py"), server.Issuer + TokenPlane.JwksPath, server.Issuer, TokenServer.Production], input: text);
            return (await python.Exit.WaitAsync(Busy.Allow(TimeSpan.FromSeconds(60))), python.Output);
        }
    }

    [Fact]
    public async Task Apache_with_mod_oauth2_accepts_ours_and_refuses_what_was_tampered_with()
    {
        await using var bank = await OtherClientsTests.TodaysBankAsync(postgres);
        await using var server = await TokenServer.StartAsync(bank);
        await using var apache = await Apache.StartAsync(server);
        var token = await TokenAsync(server, bank);
        Assert.Equal(HttpStatusCode.OK, await apache.GetAsync(token));
        Assert.Equal(HttpStatusCode.Unauthorized, await apache.GetAsync(null));
        foreach (var (how, tampered) in Tampered(token))
            Assert.Equal((how, HttpStatusCode.Unauthorized), (how, await apache.GetAsync(tampered)));
        // A good token for another audience.
        var control = (await server.PostAsync(bank.App.ClientId, bank.App.Secret, ("grant_type", "client_credentials"), ("resource", TokenPlaneOptions.ControlAudience))).Token;
        Assert.Equal(HttpStatusCode.Unauthorized, await apache.GetAsync(control));
    }

    private static async Task<string> TokenAsync(TokenServer server, Bank bank) => (await server.PostAsync(
        bank.App.ClientId, bank.App.Secret, ("grant_type", "client_credentials"), ("resource", TokenServer.Production))).Token;

    private static IEnumerable<(string How, string Token)> Tampered(string token)
    {
        var parts = token.Split('.');
        for (var part = 0; part < 3; part++)
        {
            var at = parts[part].Length / 2;
            var altered = parts[part][..at] + (parts[part][at] == 'A' ? 'B' : 'A') + parts[part][(at + 1)..];
            yield return ($"part {part} altered", string.Join('.', parts.Select((p, i) => i == part ? altered : p)));
        }
        yield return ("no signature", $"{parts[0]}.{parts[1]}.");
        yield return ("alg none", $"{Base64Url.Encode("""{"alg":"none","typ":"at+jwt"}"""u8)}.{parts[1]}.");
        var other = new JwsSigner(Jwk.Generate(JwsAlgorithm.ES256), JwsAlgorithm.ES256, "at+jwt");
        Assert.True(Base64Url.TryDecode(parts[1], out var payload));
        yield return ("signed by a stranger", other.Sign(payload));
    }

    /// <summary>Debian's apache2 with one place behind mod_oauth2, in a folder of its own.</summary>
    private sealed class Apache(ChildProcess process, HttpClient http, string folder) : IAsyncDisposable
    {
        public static async Task<Apache> StartAsync(TokenServer server)
        {
            var folder = Directory.CreateTempSubdirectory("apache-").FullName;
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                | UnixFileMode.OtherRead | UnixFileMode.OtherExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute);
            Directory.CreateDirectory(Path.Combine(folder, "www"));
            await File.WriteAllTextAsync(Path.Combine(folder, "www", "index.html"), "served");
            var port = LoopbackPort.Pick();
            const string modules = "/usr/lib/apache2/modules";
            await File.WriteAllTextAsync(Path.Combine(folder, "apache.conf"),
                $"""
                ServerName 127.0.0.1
                ServerRoot {folder}
                DefaultRuntimeDir {folder}
                PidFile {folder}/apache.pid
                ErrorLog {folder}/error.log
                Listen 127.0.0.1:{port}
                LoadModule mpm_event_module {modules}/mod_mpm_event.so
                LoadModule authn_core_module {modules}/mod_authn_core.so
                LoadModule authz_core_module {modules}/mod_authz_core.so
                LoadModule dir_module {modules}/mod_dir.so
                LoadModule oauth2_module {modules}/mod_oauth2.so
                User www-data
                Group www-data
                StartServers 1
                DocumentRoot {folder}/www
                <Location />
                  AuthType oauth2
                  OAuth2TokenVerify jwks_uri {server.Issuer}{TokenPlane.JwksPath} verify.iss=skip&verify.exp=required&verify.iat=required
                  # A bare key set names no issuer: the claim is required below.
                  <RequireAll>
                    Require oauth2_claim aud:{TokenServer.Production}
                    Require oauth2_claim iss:{server.Issuer}
                  </RequireAll>
                </Location>
                """);
            var process = ChildProcess.Start("apache2", ["-X", "-f", Path.Combine(folder, "apache.conf")]);
            var apache = new Apache(process, new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") }, folder);
            for (var attempt = 0; ; attempt++)
            {
                try
                {
                    await apache.GetAsync(null);
                    return apache;
                }
                catch (HttpRequestException) when (attempt < 200 && !process.Exit.IsCompleted)
                {
                    await Task.Delay(50);
                }
            }
        }

        public async Task<HttpStatusCode> GetAsync(string? token)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/index.html");
            if (token is not null)
                request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
            using var response = await http.SendAsync(request);
            return response.StatusCode;
        }

        public async ValueTask DisposeAsync()
        {
            http.Dispose();
            await process.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }
}
