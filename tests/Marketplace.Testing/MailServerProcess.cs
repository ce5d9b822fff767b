using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Marketplace.Core.Fetching;
using Marketplace.Core.Notifications;

namespace Marketplace.Testing;

/// <summary>npm smtp-server: with STARTTLS, with TLS, and with neither.</summary>
public sealed class MailServerProcess : IAsyncDisposable
{
    public const string User = "marketplace";
    public const string Password = "a secret, of sorts";

    private readonly string _folder = TestFolder.Create("mail");
    private readonly ChildProcess _process;
    private int[] _ports = [];

    private MailServerProcess()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        var request = new CertificateRequest($"CN=mail {Guid.NewGuid():N}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        Certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var pem = Path.Combine(_folder, "server.pem");
        File.WriteAllText(pem, $"{key.ExportPkcs8PrivateKeyPem()}\n{Certificate.ExportCertificatePem()}\n");
        _process = ChildProcess.Start("node", [Repository.File("tests", "clients", "smtp-server.mjs"), pem]);
    }

    public X509Certificate2 Certificate { get; }

    public SmtpSettings StartTls => new("localhost", _ports[0], SmtpSecurity.StartTls, "marketplace@bank.example") { User = User, Password = Password };

    public SmtpSettings Tls => StartTls with { Port = _ports[1], Security = SmtpSecurity.Tls };

    public SmtpSettings Plain => StartTls with { Port = _ports[2], Security = SmtpSecurity.None, User = null, Password = null };

    /// <summary>Believes its certificate.</summary>
    public FetchOptions Fetching => new() { Authorities = [Certificate] };

    /// <summary>What it has taken, in order.</summary>
    public IReadOnlyList<ReceivedMail> Received =>
        [.. _process.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => JsonSerializer.Deserialize<ReceivedMail>(line, JsonSerializerOptions.Web)!)];

    public static async Task<MailServerProcess> StartAsync()
    {
        var server = new MailServerProcess();
        await Eventually.HoldsAsync(() => server._process.Output.Contains('\n', StringComparison.Ordinal) ? true : throw new InvalidOperationException(server._process.Errors), TimeSpan.FromSeconds(30));
        server._ports = JsonDocument.Parse(server._process.Output.Split('\n')[0]).RootElement.GetProperty("ports").Deserialize<int[]>()!;
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Certificate.Dispose();
        TestFolder.Delete(_folder);
    }
}

public sealed record MailParty(string? Name, string? Address);

/// <summary>An e-mail as npm postal-mime reads it.</summary>
public sealed record ReceivedMail(
    string To, string From, bool Secure, string? User, string Subject, string Text, string Html, MailParty Sender, MailParty Reader, string MessageId,
    IReadOnlyDictionary<string, string> Headers, int Count, int Longest, bool Ascii);
