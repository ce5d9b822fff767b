using Marketplace.Core.Notifications;
using Marketplace.Host.Setup;
using Microsoft.Extensions.Configuration;

namespace Marketplace.Host.Tests.Setup;

public sealed class TellingTests
{
    [Fact]
    public void Without_a_mail_server_there_is_no_e_mail() => Assert.Null(Read().Smtp);

    [Theory]
    [InlineData("starttls", 587, SmtpSecurity.StartTls)]
    [InlineData("tls", 465, SmtpSecurity.Tls)]
    [InlineData("none", 25, SmtpSecurity.None)]
    public void A_mail_server_has_the_port_that_goes_with_its_security(string security, int port, SmtpSecurity expected)
    {
        var smtp = Read(("MARKETPLACE_SMTP_HOST", "mail.bank.example"), ("MARKETPLACE_MAIL_FROM", "API Market <marketplace@bank.example>"), ("MARKETPLACE_SMTP_SECURITY", security)).Smtp!;
        Assert.Equal((port, expected, "marketplace@bank.example", "API Market"), (smtp.Port, smtp.Security, smtp.From, smtp.FromName));
    }

    [Theory]
    [InlineData("MARKETPLACE_MAIL_FROM", "nobody")]
    [InlineData("MARKETPLACE_MAIL_FROM", "")]
    [InlineData("MARKETPLACE_SMTP_SECURITY", "ssl")]
    [InlineData("MARKETPLACE_SMTP_PORT", "0")]
    [InlineData("MARKETPLACE_DIGEST_HOUR", "24")]
    [InlineData("MARKETPLACE_SMTP_PASSWORD_FILE", "/nothing/here")]
    public void What_cannot_be_is_said_at_the_start(string setting, string value)
    {
        var refused = Assert.Throws<StartupException>(() => Read(("MARKETPLACE_SMTP_HOST", "mail.bank.example"), ("MARKETPLACE_MAIL_FROM", "marketplace@bank.example"), (setting, value)));
        Assert.Contains(setting, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_never_travels_without_TLS() => Assert.Throws<StartupException>(() => Read(
        ("MARKETPLACE_SMTP_HOST", "mail.bank.example"), ("MARKETPLACE_MAIL_FROM", "marketplace@bank.example"), ("MARKETPLACE_SMTP_SECURITY", "none"), ("MARKETPLACE_SMTP_USER", "me")));

    private static TellingSettings Read(params (string Name, string Value)[] settings)
    {
        var given = settings.GroupBy(s => s.Name, StringComparer.Ordinal).ToDictionary(s => s.Key, s => (string?)s.Last().Value, StringComparer.Ordinal);
        var host = new HostSettings
        {
            Planes = new HashSet<string>(StringComparer.Ordinal), DataFolder = "", PublicUrl = new("http://localhost"), MasterKey = new(), Demo = false,
        };
        return new ConfigurationBuilder().AddInMemoryCollection(given).Build().ReadTelling(host);
    }
}
