using Marketplace.Contracts.Policy;
using Marketplace.Jose;
using Marketplace.Sdk.Internal.Protection;

namespace Marketplace.Sdk.Tests.Protection;

[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MemoryCollection
{
    public const string Name = "Nothing else takes memory meanwhile";
}

[Collection(MemoryCollection.Name)]
public sealed class TokenCacheTests
{
    private static readonly VerificationKey Key = new(Jwk.Generate(JwsAlgorithm.ES256), JwsAlgorithm.ES256);
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private readonly TokenCache cache = new();
    private int tokens;

    [Fact]
    public void A_client_with_many_tokens_pushes_out_its_own_and_nobody_elses()
    {
        var others = Enumerable.Range(0, 50).Select(i => Add($"app_{i}")).ToList();
        for (var i = 0; i < 100_000; i++)
            Add("app_greedy");

        Assert.All(others, other => Assert.NotNull(cache.Find(other)));
        Assert.InRange(cache.Bytes, 0, TokenCache.MaxBytesOfClient + (50 * 1000));
        Assert.NotNull(cache.Find(Add("app_late")));
    }

    [Fact]
    public void However_many_clients_there_are_it_stays_within_its_bytes()
    {
        var first = Add("app_first");
        for (var i = 0; i < 200_000; i++)
            Add($"app_{i % 1000}");

        Assert.InRange(cache.Bytes, TokenCache.MaxBytes - 1000, TokenCache.MaxBytes);
        Assert.Null(cache.Find(first));
    }

    [Fact]
    public void Its_bytes_are_what_it_really_takes()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 40_000; i++)
            Add($"app_{i % 1000}");
        var taken = GC.GetTotalMemory(forceFullCollection: true) - before;

        Assert.InRange((double)taken / cache.Bytes, 0.7, 1.2);
        GC.KeepAlive(cache);
    }

    [Fact]
    public void What_has_ended_leaves_when_the_next_one_comes()
    {
        for (var i = 0; i < 10; i++)
            Add("app_shop");
        Add("app_shop", Now.AddSeconds(300));

        Assert.Equal(1, cache.Count);
    }

    [Fact]
    public void One_that_is_dropped_is_gone_and_one_that_is_unknown_may_be_dropped()
    {
        var token = Add("app_shop");
        cache.Drop(token);
        cache.Drop(token);

        Assert.Null(cache.Find(token));
        Assert.Equal((0, 0L), (cache.Count, cache.Bytes));
    }

    [Fact]
    public void The_same_text_with_another_signature_is_another_token()
    {
        Add("app_shop");
        foreach (var (signature, isSame) in new[] { ("AAAA", true), ("AAAB", false), ("AAA", false), ("AAAAAAAA", false), ("", false), ("AA=A", false) })
        {
            Assert.True(HashedToken.TryOf($"token.0.{signature}".AsMemory(), out var asked));
            Assert.Equal(isSame, cache.Find(asked) is not null);
        }
    }

    private HashedToken Add(string client, DateTimeOffset? at = null)
    {
        var now = at ?? Now;
        Assert.True(HashedToken.TryOf($"token.{tokens++}.AAAA".AsMemory(), out var hashed));
        var token = new VerifiedToken
        {
            Key = Key, Signature = new byte[3], ClientId = new string(client), Id = $"{tokens:D22}", Audience = "urn:a",
            Operations = OperationBitmap.Of(tokens % 8), Times = new JwtTimes(now.ToUnixTimeSeconds() + 300, null, now.ToUnixTimeSeconds()),
        };
        cache.Add(hashed.Digest, token, now);
        return hashed;
    }
}
