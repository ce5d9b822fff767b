using System.Text.Json;
using Marketplace.Core.Keys;

namespace Marketplace.Core.Access.Sandbox;

/// <summary>
/// What governance states to the token plane: this person may try this line as this application. Sealed under a key
/// that only holders of the master key can derive, good for seconds, and for one token.
/// </summary>
/// <param name="ClientId">The application whose standing sandbox grants the token shall carry.</param>
/// <param name="Resource">The line's audience in the sandbox.</param>
/// <param name="Person">Who tries.</param>
/// <param name="Expires">Seconds since 1970.</param>
/// <param name="Id">Spent with its first use.</param>
public sealed record SandboxStatement(string ClientId, string Resource, Guid Person, long Expires, Guid Id)
{
    /// <summary>Where the token plane takes them.</summary>
    public const string Path = "/oauth/sandbox";
    public const int LifetimeSeconds = 30;

    private const string Purpose = "sandbox-statement";

    public string Seal(MasterKey key)
    {
        using var box = new SealedBox(key, Purpose);
        return Convert.ToHexStringLower(box.Seal(JsonSerializer.SerializeToUtf8Bytes(this), Purpose));
    }

    /// <summary>Null for whatever governance has not sealed, and for what has expired.</summary>
    public static SandboxStatement? Open(string sealedText, MasterKey key, long now)
    {
        using var box = new SealedBox(key, Purpose);
        try
        {
            var statement = JsonSerializer.Deserialize<SandboxStatement>(box.Open(Convert.FromHexString(sealedText), Purpose));
            return statement is not null && statement.Expires >= now && statement.Expires <= now + LifetimeSeconds + 10 ? statement : null;
        }
        catch (Exception e) when (e is MasterKeyException or FormatException or JsonException)
        {
            return null;
        }
    }
}
