using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Marketplace.Core.Fetching;

namespace Marketplace.Core.Notifications.Mail.Smtp;

/// <summary>
/// One connection to the company's mail server, over which e-mails go one after the other (RFC 5321). With TLS it is TLS
/// or nothing: a server that does not offer it, or whose certificate is not believed, gets no password and no e-mail.
/// </summary>
internal sealed class SmtpSession : IAsyncDisposable
{
    private readonly SmtpSettings _settings;
    private readonly TcpClient _client = new() { NoDelay = true };
    private Stream _stream = Stream.Null;
    private SmtpLines _lines = null!;
    private string[] _offers = [];

    private SmtpSession(SmtpSettings settings) => _settings = settings;

    /// <exception cref="SmtpUnavailableException">It cannot be reached, or will not have us.</exception>
    public static async Task<SmtpSession> OpenAsync(SmtpSettings settings, FetchOptions fetching, CancellationToken cancellation)
    {
        var session = new SmtpSession(settings);
        try
        {
            await session.ConnectAsync(fetching, cancellation);
            return session;
        }
        catch (Exception e)
        {
            await session.DisposeAsync();
            if (e is SocketException or IOException and not SmtpUnavailableException or AuthenticationException)
                throw new SmtpUnavailableException($"{settings.Host}:{settings.Port} cannot be used: {(e.InnerException ?? e).Message}", e);
            throw;
        }
    }

    /// <summary>Good, or what is wrong with this e-mail.</summary>
    /// <exception cref="SmtpUnavailableException">Whether it was taken is not known.</exception>
    public async Task<SmtpReply> SendAsync(string to, ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        try
        {
            var sender = await _lines.AskAsync($"MAIL FROM:<{_settings.From}>", cancellation);
            if (!sender.IsGood)
                throw new SmtpUnavailableException($"The mail server does not take e-mail from {_settings.From}: {sender}");
            var reply = await _lines.AskAsync($"RCPT TO:<{to}>", cancellation);
            if (reply.IsGood)
                reply = await _lines.AskAsync("DATA", cancellation);
            if (reply.Code == 354)
                reply = await _lines.AskAsync(Stuffed(message.Span), cancellation);
            // RFC 5321 §3.8: the server ends the connection, and says nothing about the e-mail.
            if (reply.Code == 421)
                throw new SmtpUnavailableException(reply.ToString());
            if (!reply.IsGood)
                await _lines.AskAsync("RSET", cancellation);
            return reply;
        }
        catch (Exception e) when (e is SocketException or IOException and not SmtpUnavailableException)
        {
            throw new SmtpUnavailableException("The connection to the mail server broke.", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            if (_offers.Length > 0)
                await _lines.AskAsync("QUIT", patience.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            // Nobody waits for its goodbye.
        }

        await _stream.DisposeAsync();
        _client.Dispose();
    }

    private async Task ConnectAsync(FetchOptions fetching, CancellationToken cancellation)
    {
        using (var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation))
        {
            deadline.CancelAfter(_settings.Patience);
            try
            {
                await _client.ConnectAsync(_settings.Host, _settings.Port, deadline.Token);
                Use(_client.GetStream());
                if (_settings.Security is SmtpSecurity.Tls)
                    await SecureAsync(fetching, deadline.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw new SmtpUnavailableException($"{_settings.Host}:{_settings.Port} did not answer within {_settings.Patience.TotalSeconds:0} seconds.");
            }
        }

        Expect(await _lines.ReadAsync(cancellation), "does not greet us");
        await GreetAsync(cancellation);
        if (_settings.Security is SmtpSecurity.StartTls)
        {
            if (!_offers.Contains("STARTTLS", StringComparer.OrdinalIgnoreCase))
                throw new SmtpUnavailableException($"{_settings.Host}:{_settings.Port} does not offer STARTTLS, and nothing is sent without TLS.");
            Expect(await _lines.AskAsync("STARTTLS", cancellation), "refuses STARTTLS");
            if (_lines.HasMore)
                throw new SmtpUnavailableException("Something was slipped in before TLS.");
            await SecureAsync(fetching, cancellation);
            await GreetAsync(cancellation);
        }

        if (_settings.User is not null)
            await SignInAsync(_settings.User, _settings.Password ?? "", cancellation);
    }

    private async Task GreetAsync(CancellationToken cancellation)
    {
        var reply = await _lines.AskAsync($"EHLO {_settings.Domain}", cancellation);
        Expect(reply, "refuses our greeting");
        _offers = [.. reply.Text.Split('\n').Skip(1).Select(offer => offer.Trim()), ""];
    }

    private async Task SecureAsync(FetchOptions fetching, CancellationToken cancellation)
    {
        _offers = [];
        var tls = new SslStream(_stream);
        Use(tls);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = _settings.Host, CertificateChainPolicy = fetching.ChainPolicy() }, cancellation);
    }

    /// <summary>RFC 4954; a password goes over TLS only, which the settings see to.</summary>
    private async Task SignInAsync(string user, string password, CancellationToken cancellation)
    {
        var ways = _offers.FirstOrDefault(o => o.StartsWith("AUTH ", StringComparison.OrdinalIgnoreCase))?.Split(' ') ?? [];
        if (ways.Contains("PLAIN", StringComparer.OrdinalIgnoreCase))
        {
            Expect(await _lines.AskAsync($"AUTH PLAIN {Base64($"\0{user}\0{password}")}", cancellation), "does not take our name and password");
            return;
        }

        if (!ways.Contains("LOGIN", StringComparer.OrdinalIgnoreCase))
            throw new SmtpUnavailableException($"{_settings.Host}:{_settings.Port} offers neither AUTH PLAIN nor AUTH LOGIN.");
        Expect(await _lines.AskAsync("AUTH LOGIN", cancellation), "refuses AUTH LOGIN");
        Expect(await _lines.AskAsync(Base64(user), cancellation), "does not take our name");
        Expect(await _lines.AskAsync(Base64(password), cancellation), "does not take our name and password");
    }

    private void Use(Stream stream) => (_stream, _lines) = (stream, new SmtpLines(stream, _settings.Patience));

    private void Expect(SmtpReply reply, string otherwise)
    {
        if (!reply.IsGood)
            throw new SmtpUnavailableException($"{_settings.Host}:{_settings.Port} {otherwise}: {reply}");
    }

    /// <summary>RFC 5321 §4.5.2: a line that begins with a dot gets another, and a dot alone ends it.</summary>
    private static byte[] Stuffed(ReadOnlySpan<byte> message)
    {
        var stuffed = new List<byte>(message.Length + 64);
        var isLineStart = true;
        foreach (var one in message)
        {
            if (isLineStart && one == '.')
                stuffed.Add((byte)'.');
            stuffed.Add(one);
            isLineStart = one == '\n';
        }

        stuffed.AddRange(".\r\n"u8);
        return [.. stuffed];
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
