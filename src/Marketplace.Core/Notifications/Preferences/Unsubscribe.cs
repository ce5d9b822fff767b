using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Notifications.Preferences;

/// <param name="Categories">Of which no more e-mails come.</param>
public sealed record Unsubscription(Guid PersonId, IReadOnlyList<NotificationCategory> Categories)
{
    public string Words => string.Join(", ", Categories.Select(NotificationCategories.TitleOf));
}

/// <summary>
/// The link in an e-mail that ends e-mails like it, for whoever holds it and without signing in (RFC 8058). It names the
/// person and the categories under a key of its own, so that nobody else's can be made up.
/// </summary>
public sealed class Unsubscribe(IDbContextFactory<MarketplaceDb> databases, ChoosePreferences preferences, MasterKey masterKey)
{
    private const int PersonLength = 16;
    private const int MarkLength = 16;

    private readonly byte[] _key = masterKey.Derive("unsubscribe");

    public string TokenFor(Guid person, IEnumerable<NotificationCategory> categories)
    {
        byte[] content = [.. person.ToByteArray(bigEndian: true), .. Encoding.ASCII.GetBytes(string.Join(',', categories.Distinct().Order().Select(NotificationCategories.Word)))];
        return Base64Url.EncodeToString([.. content, .. MarkOf(content)]);
    }

    public Unsubscription? Read(string token)
    {
        if (token.Length > 200 || !Base64Url.IsValid(token))
            return null;
        var bytes = Base64Url.DecodeFromChars(token);
        if (bytes.Length <= PersonLength + MarkLength || !CryptographicOperations.FixedTimeEquals(MarkOf(bytes.AsSpan(..^MarkLength)), bytes.AsSpan(^MarkLength..)))
            return null;
        var words = Encoding.ASCII.GetString(bytes.AsSpan(PersonLength..^MarkLength)).Split(',');
        return new(new Guid(bytes.AsSpan(0, PersonLength), bigEndian: true), [.. words.Select(StoredEnum.FromWord<NotificationCategory>)]);
    }

    /// <summary>Null: the link is not one of ours.</summary>
    public async Task<Unsubscription?> ExecuteAsync(string token, string source, CancellationToken cancellation)
    {
        if (Read(token) is not { } asked)
            return null;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await db.People.Where(p => p.Id == asked.PersonId).Select(p => p.DisplayName).SingleOrDefaultAsync(cancellation) is not { } name)
            return null;
        await preferences.SetAsync(
            new Actor(asked.PersonId, name, null, source), asked.Categories.ToDictionary(c => c, _ => MailCadence.Never), cancellation);
        return asked;
    }

    private byte[] MarkOf(ReadOnlySpan<byte> content) => HMACSHA256.HashData(_key, content)[..MarkLength];
}
