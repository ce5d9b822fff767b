namespace Marketplace.Core.Notifications.Mail.Smtp;

/// <summary>What a mail server says to one command (RFC 5321 §4.2).</summary>
internal readonly record struct SmtpReply(int Code, string Text)
{
    public bool IsGood => Code is >= 200 and < 400;

    /// <summary>It will not take this, whenever it is sent (RFC 5321 §4.2.1).</summary>
    public bool IsForGood => Code is >= 500;

    public override string ToString() => $"{Code} {Text}";
}

/// <summary>There is no mail server to talk to, or it takes nothing from us: nothing is wrong with the e-mail at hand.</summary>
internal sealed class SmtpUnavailableException(string message, Exception? cause = null) : IOException(message, cause);
