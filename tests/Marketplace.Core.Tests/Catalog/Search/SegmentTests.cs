using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Search;
using Marketplace.Core.Catalog.Search.Index;
using Marketplace.Core.Catalog.Search.Match;

namespace Marketplace.Core.Tests.Catalog.Search;

public sealed class SegmentTests
{
    private static readonly string[] Nouns = ["payments", "cards", "accounts", "loans", "customers", "limits", "balances", "orders"];
    private static readonly string[] Verbs = ["list", "get", "create", "cancel", "update"];
    private static readonly string[] Asked = ["", "payments", "list cards", "cancel ord", "paymenst", "/v1/loans/7", "POST", "customers limits balances", "team3"];

    [Fact]
    public void An_index_that_grew_change_by_change_finds_what_one_built_at_once_finds()
    {
        var dice = new Dice(20261121);
        var catalog = new Dictionary<Guid, LineSource>();
        var grown = CatalogIndex.Of(0, []);
        var most = 0;
        for (var revision = 1; revision <= 120; revision++)
        {
            var known = catalog.Keys.ToList();
            var id = known.Count > 20 && dice.Next(2) == 0 ? known[dice.Next(known.Count)] : Guid.CreateVersion7();
            if (catalog.ContainsKey(id) && dice.Next(4) == 0)
            {
                catalog.Remove(id);
                grown = grown.With(revision, [], [id]).Compacted();
            }
            else
            {
                catalog[id] = Line(dice, id, revision);
                grown = grown.With(revision, [catalog[id]], [id]).Compacted();
            }
            most = Math.Max(most, grown.Segments.Length);
            if (revision % 20 == 0)
                AssertSame(CatalogIndex.Of(revision, catalog.Values), grown);
        }
        Assert.InRange(most, 2, 8);
        Assert.Equal(catalog.Count, grown.Lines.Length);
    }

    private static void AssertSame(CatalogIndex fresh, CatalogIndex grown)
    {
        foreach (var text in Asked)
        {
            var (expected, actual) = (Run(fresh, text), Run(grown, text));
            Assert.Equal((text, expected.OperationTotal, expected.LineTotal, expected.Accuracy), (text, actual.OperationTotal, actual.LineTotal, actual.Accuracy));
            Assert.Equal(expected.Facets, actual.Facets);
            // What was overtaken still counts in how rare a word is, which may change the order a little; nothing else may.
            Assert.Equal(Ids(fresh, expected).Order(), Ids(grown, actual).Order());
            if (text.Length == 0)
                Assert.Equal(Ids(fresh, expected), Ids(grown, actual));
        }
    }

    private static List<Guid> Ids(CatalogIndex index, Found found) =>
        [.. found.Operations.Select(position => index.OperationAt(position) is var (segment, operation) ? segment.Ids[operation] : default)];

    private static Found Run(CatalogIndex index, string text) =>
        new IndexSearch(index, new SearchReader(true, [], null), new SearchQuery(), new()).Run(Question.Of(text), false, 0, 5000);

    private static LineSource Line(Dice dice, Guid id, int revision)
    {
        var noun = Nouns[dice.Next(Nouns.Length)];
        var team = dice.Next(5);
        var operations = Enumerable.Range(0, dice.Next(9)).Select(i =>
        {
            var (verb, what) = (Verbs[dice.Next(Verbs.Length)], Nouns[dice.Next(Nouns.Length)]);
            return new OperationSource(
                Guid.CreateVersion7(), $"{verb}{what}", i % 2 == 0 ? "GET" : "POST", $"/v1/{noun}/{{id}}/{what}/{i}", $"{verb}{what}", $"{verb} the {what}", $"About {noun}.", [what], false, true);
        }).ToList();
        var head = new LineHead(
            id, $"{noun}-{id:N}", noun, "", "v1", Lifecycle.Published, true, Classification.Internal,
            new Guid(team, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]), $"team{team}", $"Team {team}", "", revision);
        return new(head, $"All {noun} of the bank.", operations);
    }

    /// <summary>The same throws at every run (Knuth's linear congruential generator).</summary>
    private sealed class Dice(ulong seed)
    {
        private ulong _state = seed;

        public int Next(int below)
        {
            _state = (_state * 6364136223846793005) + 1442695040888963407;
            return (int)((_state >> 33) % (ulong)below);
        }
    }
}
