using System.Text;
using System.Text.Json;
using Marketplace.Contracts.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Marketplace.Jose;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Audit;

/// <summary>Who the marketplace is in what it signs.</summary>
public sealed record AuditIssuer(string Value);

/// <summary>
/// Signs what is said of the chain, under a key for nothing else. A key in the table counts if it opens under the master
/// key, so that a database administrator adds none.
/// </summary>
public sealed class AuditSigner(IDbContextFactory<MarketplaceDb> databases, MasterKey masterKey, AuditIssuer issuer, TimeProvider clock)
{
    private const string Purpose = "audit-key";

    public string Issuer => issuer.Value;

    /// <summary>The token and the name of its key.</summary>
    public async Task<(string Token, string Kid)> SignAsync(string type, object payload, CancellationToken cancellation)
    {
        var signer = new JwsSigner((await KeysAsync(cancellation))[0], JwsAlgorithm.ES256, type);
        return (signer.Sign(JsonSerializer.SerializeToUtf8Bytes(payload)), signer.KeyId);
    }

    /// <summary>Every key that ever signed, as JWK Set.</summary>
    public async Task<string> PublishedAsync(CancellationToken cancellation) =>
        new JwkSet((await KeysAsync(cancellation)).Select(key => key.ToPublic())).ToJson();

    /// <summary>Whether it was the marketplace that said what an erasure says.</summary>
    public async Task<Func<Erasure, bool>> ErasuresAsync(CancellationToken cancellation)
    {
        var verifier = new JwsVerifier(VerificationKey.FromSet(new JwkSet((await ReadAsync(cancellation)).Select(key => key.ToPublic())), JwsAlgorithm.ES256));
        return erasure => verifier.Verify(erasure.Statement ?? "", JwsExpectation.OfType(AuditChain.ErasureType)) is { IsValid: true, Jws: { } said } && erasure.IsIn(said.Payload.Span);
    }

    /// <summary>The newest first; made if there is none.</summary>
    private async Task<List<Jwk>> KeysAsync(CancellationToken cancellation)
    {
        var keys = await ReadAsync(cancellation);
        if (keys.Count > 0)
            return keys;
        await MakeAsync(cancellation);
        return await ReadAsync(cancellation);
    }

    private async Task<List<Jwk>> ReadAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var rows = await db.Database.SqlQuery<Row>($"select kid as \"Kid\", private_key as \"PrivateKey\" from audit_key order by created_at desc, kid").ToListAsync(cancellation);
        using var box = new SealedBox(masterKey, Purpose);
        List<Jwk> keys = [];
        foreach (var row in rows)
        {
            try
            {
                if (JwkJson.TryParse(Encoding.UTF8.GetString(box.Open(row.PrivateKey, row.Kid)), out var key, out _) && key.Thumbprint() == row.Kid)
                    keys.Add(key);
            }
            catch (MasterKeyException)
            {
                // Nobody who had the master key put it there.
            }
        }

        return keys;
    }

    /// <summary>Of two replicas that make one at once, both keys count.</summary>
    private async Task MakeAsync(CancellationToken cancellation)
    {
        var key = Jwk.Generate(JwsAlgorithm.ES256);
        using var box = new SealedBox(masterKey, Purpose);
        var (kid, locked, now) = (key.KeyId!, box.Seal(Encoding.UTF8.GetBytes(key.ToPrivateJson()), key.KeyId!), clock.GetUtcNow());
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"insert into audit_key (kid, private_key, created_at) values ({kid}, {locked}, {now})", cancellation);
    }

    private sealed record Row(string Kid, byte[] PrivateKey);
}
