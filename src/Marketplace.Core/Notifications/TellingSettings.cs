namespace Marketplace.Core.Notifications;

/// <summary>What an operator says of how people and programs are told.</summary>
public sealed record TellingSettings
{
    /// <summary>Where people reach the marketplace: what is read elsewhere leads there. Without a trailing slash.</summary>
    public string PublicUrl { get; init; } = "http://localhost:5080";

    /// <summary>Null: e-mail is not set up, and the inbox is all there is.</summary>
    public SmtpSettings? Smtp { get; init; }

    /// <summary>The hour, in UTC, after which daily digests are sent.</summary>
    public int DigestHour { get; init; } = 6;
}

public enum SmtpSecurity
{
    /// <summary>TLS is asked for, and nothing is sent without it (RFC 3207).</summary>
    StartTls,

    /// <summary>TLS from the first byte (RFC 8314 §3.3).</summary>
    Tls,

    /// <summary>For a relay on this machine.</summary>
    None,
}

/// <param name="Host">The mail server.</param>
/// <param name="Port">Its port.</param>
/// <param name="Security">How the connection is protected.</param>
/// <param name="From">The sender's address.</param>
public sealed record SmtpSettings(string Host, int Port, SmtpSecurity Security, string From)
{
    public string FromName { get; init; } = "Marketplace";

    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>How long the server may take for one answer.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    public string Domain => From[(From.LastIndexOf('@') + 1)..];
}
