using System.Security.Cryptography;
using System.Text;
using Marketplace.Core.Keys;

namespace Marketplace.Core.Notifications.Webhooks;

/// <summary>Secrets as Standard Webhooks writes them, sealed in the database, and what is signed with them.</summary>
public sealed class WebhookSecrets(MasterKey masterKey) : IDisposable
{
    public const string Prefix = "whsec_";

    private const int Length = 32;

    private readonly SealedBox _box = new(masterKey, "webhook-secret");

    /// <param name="webhook">Whose it will be.</param>
    /// <returns>What is shown once, and what is stored.</returns>
    public (string Shown, byte[] Sealed) Create(Guid webhook)
    {
        var secret = RandomNumberGenerator.GetBytes(Length);
        return (Prefix + Convert.ToBase64String(secret), _box.Seal(secret, NameOf(webhook)));
    }

    /// <summary>The value of the header webhook-signature: one for each secret that holds, the newest first.</summary>
    internal string Sign(Webhook webhook, string id, long timestamp, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var content = (byte[])[.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        var sealedSecrets = webhook.OldSecret is { } old && webhook.OldSecretUntil > now ? new[] { webhook.Secret, old } : [webhook.Secret];
        return string.Join(' ', sealedSecrets.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(_box.Open(secret, NameOf(webhook.Id)), content))));
    }

    public void Dispose() => _box.Dispose();

    private static string NameOf(Guid webhook) => $"webhook/{webhook}";
}
