using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Testing;

namespace Marketplace.Contracts.Tests.Policy;

public sealed class SnapshotDeltaTests
{
    private static readonly PolicySnapshot Held = Snapshot(60, 48);

    [Fact]
    public void From_what_is_held_and_what_is_new_comes_the_whole_signed_snapshot_byte_for_byte()
    {
        var held = Held;
        for (var change = 0; change < 500; change++)
        {
            var next = Changed(held);
            var (from, to) = (Sign(held), Sign(next));

            Assert.Equal(Encoding.ASCII.GetString(to), Apply(SnapshotDelta.Between(from, to).ToJson(), from));
            held = Dice(10) == 0 ? Held : next;
        }
    }

    [Fact]
    public void One_grant_that_ends_is_told_in_less_than_a_tenth_of_the_whole()
    {
        var (from, to) = (Sign(Held), Sign(Held with { Revision = 8, IssuedAt = 1_700_000_100, Grants = [.. Held.Grants.Where((_, i) => i != 20)] }));

        Assert.InRange(SnapshotDelta.Between(from, to).ToJson().Length, 300, to.Length / 10);
    }

    [Fact]
    public void A_policy_of_10000_endpoints_and_10000_clients_is_compared_in_a_moment()
    {
        var held = Snapshot(10_000, 10_000);
        var (from, to) = (Sign(held), Sign(held with { Revision = 8, Grants = [.. held.Grants.Skip(1)] }));
        byte[] delta = [];

        Assert.InRange(Busy.CostOf(() => delta = SnapshotDelta.Between(from, to).ToJson()), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.InRange(delta.Length, 300, 2_000);
    }

    [Theory]
    [InlineData("""{"protected":"a","signature":"b","pieces":[{"at":-1,"count":1}]}""")]
    [InlineData("""{"protected":"a","signature":"b","pieces":[{"at":1,"count":-1}]}""")]
    [InlineData("""{"protected":"a","signature":"b","pieces":[{"at":10,"count":1}]}""")]
    [InlineData("""{"protected":"a","signature":"b","pieces":[{"at":2147483647,"count":2147483647}]}""")]
    [InlineData("""{"protected":"a","signature":"b","pieces":[{"count":10},{"count":10},{"count":10}]}""")]
    [InlineData("""{"protected":"a","signature":"b","pieces":[{"text":"123456789012345678901"}]}""")]
    [InlineData("""{"protected":"a","signature":"b","pieces":[null]}""")]
    [InlineData("""{"protected":"a","signature":"b","pieces":null}""")]
    [InlineData("""{"protected":null,"signature":"b","pieces":[]}""")]
    [InlineData("""{"protected":"a","pieces":[]}""")]
    [InlineData("null")]
    [InlineData("eyJh.eyJh.eyJh")]
    [InlineData("")]
    public void What_is_no_delta_to_what_is_held_or_grows_too_large_makes_nothing(string json) =>
        Assert.Null(SnapshotDelta.Apply(Encoding.UTF8.GetBytes(json), new byte[10], 20));

    [Fact]
    public void A_delta_to_nothing_alike_is_all_new()
    {
        var (from, to) = (Sign(Snapshot(0, 0)), Sign(Held));

        Assert.Equal(Encoding.ASCII.GetString(to), Apply(SnapshotDelta.Between(from, to).ToJson(), from));
    }

    private static int Dice(int below) => RandomNumberGenerator.GetInt32(below);

    private static string? Apply(byte[] json, byte[] held) => SnapshotDelta.Apply(json, SnapshotDelta.PayloadOf(Encoding.ASCII.GetString(held)), 1_000_000);

    private static byte[] Sign(PolicySnapshot snapshot) => Encoding.ASCII.GetBytes(
        "eyJhbGciOiJFUzI1NiIsInR5cCI6Im1rdC1zbmFwc2hvdCtqd3QifQ."
        + $"{System.Buffers.Text.Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(snapshot, PolicyJson.Default.PolicySnapshot))}.signature{snapshot.Revision}");

    private static PolicySnapshot Changed(PolicySnapshot held)
    {
        var operations = held.Operations.ToList();
        var grants = held.Grants.ToList();
        for (var i = Dice(4); i > 0 && operations.Count > 0; i--)
            operations.RemoveAt(Dice(operations.Count));
        for (var i = Dice(4); i > 0; i--)
            operations.Add(new(held.Operations.Count + i, $"opération {i}", "GET", $"/{{a}}/\"{i}\"/{{b}}/é"));
        for (var i = Dice(4); i > 0 && grants.Count > 0; i--)
            grants.RemoveAt(Dice(grants.Count));
        for (var i = Dice(4); i > 0; i--)
            grants.Insert(Dice(grants.Count + 1), new($"app-new-{i}", OperationBitmap.Of([i, Dice(60)]).ToString(), 1, 2));
        return held with { Revision = held.Revision + 1, BasePath = Dice(2) == 0 ? "/a}b" : "", Operations = operations, Grants = grants };
    }

    private static PolicySnapshot Snapshot(int operations, int grants) => new()
    {
        Issuer = "https://marketplace.bank.example", Audience = "urn:marketplace:payments:v1:production", Api = "payments", Version = "v1",
        Environment = "production", Revision = 7, IssuedAt = 1_700_000_000,
        Operations = [.. Enumerable.Range(0, operations).Select(i => new PolicyOperation(i, $"getThing{i}", "GET", $"/things/{{id}}/part-{i}"))],
        Grants = [.. Enumerable.Range(0, grants).Select(i => new PolicyGrant($"app-{i}", OperationBitmap.Of([i % 60, (i * 7) % 60]).ToString(), 1_700_000_000, 1_800_000_000 + i))],
    };
}
