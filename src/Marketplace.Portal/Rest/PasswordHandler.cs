using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using Marketplace.Portal.Security;
using Marketplace.Portal.SignIn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Portal.Rest;

/// <summary>Name and password (RFC 7617), so that a first access token can be made with curl. The lockout is that of sign-in.</summary>
internal sealed class PasswordHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, PasswordCheck check)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public new const string Scheme = "password";
    private const int Longest = 1024;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!AuthenticationHeaderValue.TryParse(Request.Headers.Authorization, out var header)
            || !string.Equals(header.Scheme, "Basic", StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.NoResult();
        if (Read(header.Parameter) is not var (name, password))
            return AuthenticateResult.Fail("Not the name:password in base64 that RFC 7617 asks for.");
        var person = await check.FindAsync(name, password);
        return person is null
            ? AuthenticateResult.Fail("The name or the password is not right.")
            : AuthenticateResult.Success(new(SignedInPerson.Principal(person.Id, person.DisplayName, person.PlatformRole, Scheme), Scheme));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.Append("WWW-Authenticate", "Basic realm=\"marketplace\", charset=\"UTF-8\"");
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    // The other way in may have said why already.
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Response.HasStarted ? Task.CompletedTask : base.HandleForbiddenAsync(properties);

    private static (string Name, string Password)? Read(string? encoded)
    {
        var bytes = new byte[Longest];
        if (encoded is null || !Convert.TryFromBase64String(encoded, bytes, out var length))
            return null;
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : (text[..colon], text[(colon + 1)..]);
    }
}
