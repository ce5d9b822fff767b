using System.Net.Mail;
using Marketplace.Core.Notifications;

namespace Marketplace.Host.Setup;

/// <summary>How people are told besides the inbox, as an operator says it. docs/guides/notifications.md explains each.</summary>
public static class Telling
{
    private const string Server = "MARKETPLACE_SMTP_HOST";
    private const string Sender = "MARKETPLACE_MAIL_FROM";

    public static TellingSettings ReadTelling(this IConfiguration configuration, HostSettings settings) => new()
    {
        PublicUrl = settings.Issuer,
        DigestHour = Number(configuration, "MARKETPLACE_DIGEST_HOUR", 6, 0, 23),
        Smtp = Given(configuration, Server) is { } host ? ReadSmtp(configuration, host) : null,
    };

    private static SmtpSettings ReadSmtp(IConfiguration configuration, string host)
    {
        var security = (Given(configuration, "MARKETPLACE_SMTP_SECURITY") ?? "starttls") switch
        {
            "starttls" => SmtpSecurity.StartTls,
            "tls" => SmtpSecurity.Tls,
            "none" => SmtpSecurity.None,
            var other => throw new StartupException($"MARKETPLACE_SMTP_SECURITY is \"{other}\"; say starttls, tls or none."),
        };
        var user = Given(configuration, "MARKETPLACE_SMTP_USER");
        if (user is not null && security is SmtpSecurity.None)
            throw new StartupException("MARKETPLACE_SMTP_USER is set and MARKETPLACE_SMTP_SECURITY is none: the password would travel for everybody to read.");
        // The framework's own reading of "Name <address>"; we send it ourselves.
        if (Given(configuration, Sender) is not { } from || !MailAddress.TryCreate(from, out var sender) || sender.Address.Any(c => c is <= ' ' or '<' or '>' or '"' or > '~'))
            throw new StartupException($"{Server} is set; set {Sender} to the sender, such as Marketplace <marketplace@bank.example>.");
        return new(
            host, Number(configuration, "MARKETPLACE_SMTP_PORT", security switch { SmtpSecurity.Tls => 465, SmtpSecurity.StartTls => 587, _ => 25 }, 1, 65535), security, sender.Address)
        {
            FromName = sender.DisplayName.Length > 0 ? sender.DisplayName : "Marketplace",
            User = user,
            Password = Password(configuration),
        };
    }

    private static string? Password(IConfiguration configuration)
    {
        if (Given(configuration, "MARKETPLACE_SMTP_PASSWORD_FILE") is not { } file)
            return Given(configuration, "MARKETPLACE_SMTP_PASSWORD");
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"MARKETPLACE_SMTP_PASSWORD_FILE names {file}, which cannot be read: {fault.Message}");
        }
    }

    private static string? Given(IConfiguration configuration, string name) => configuration[name] is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    private static int Number(IConfiguration configuration, string name, int otherwise, int least, int most) =>
        Given(configuration, name) is not { } text ? otherwise
        : int.TryParse(text, out var number) && number >= least && number <= most ? number
        : throw new StartupException($"{name} is \"{text}\"; say a number from {least} to {most}.");
}
