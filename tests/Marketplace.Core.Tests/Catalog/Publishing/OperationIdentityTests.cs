using System.Text;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Documents;
using Marketplace.Core.Catalog.Publishing;

namespace Marketplace.Core.Tests.Catalog.Publishing;

public sealed class OperationIdentityTests
{
    [Fact]
    public void A_renamed_path_keeps_its_key_and_bit_through_its_operationId() =>
        Assert.Equal("read=0 GET /b/{id}", Then("read GET /a/{x}", "read GET /b/{id}"));

    [Fact]
    public void An_operation_that_gets_an_operationId_keeps_its_derived_key() =>
        Assert.Equal("GET:/a/{}=0 GET /a/{y}", Then("- GET /a/{x}", "read GET /a/{y}"));

    [Fact]
    public void And_finds_itself_again_when_it_moves_later() =>
        Assert.Equal("GET:/a=0 GET /b", Then("- GET /a", "read GET /a", "read GET /b"));

    [Fact]
    public void An_operation_that_loses_its_operationId_keeps_its_key_and_finds_back() =>
        Assert.Equal("read=0 GET /c", Then("read GET /a/{x}", "- GET /a/{y}", "read GET /c"));

    [Fact]
    public void A_parameter_may_change_its_name() => Assert.Equal("GET:/a/{}=0 GET /a/{y}", Then("- GET /a/{x}", "- GET /a/{y}"));

    [Fact]
    public void Another_operationId_at_the_same_place_is_another_operation() =>
        Assert.Equal("b=1 GET /a", Then("a GET /a", "b GET /a"));

    [Fact]
    public void A_removed_operation_gets_its_bit_back_and_nobody_else_does() =>
        Assert.Equal("a=0 GET /a, c=2 GET /c", Then("a GET /a, b GET /b", "a GET /a", "a GET /a, c GET /c"));

    [Fact]
    public void The_removed_one_returns_by_its_operationId_or_derived_key() =>
        Assert.Equal("b=1 GET /new, GET:/c=2 GET /c", Then("a GET /a, b GET /b, - GET /c", "a GET /a", "b GET /new, - GET /c"));

    [Fact]
    public void A_removed_operation_does_not_hand_its_bit_to_what_now_stands_at_its_path() =>
        Assert.Equal("x=1 GET /x, GET:/a=2 GET /a", Then("a GET /a, x GET /x", "x GET /x", "x GET /x, - GET /a"));

    [Fact]
    public void An_operation_that_moved_away_does_not_hand_its_bit_to_its_successor() =>
        Assert.Equal("a=0 GET /b, GET:/a=1 GET /a", Then("a GET /a", "a GET /b, - GET /a"));

    [Fact]
    public void A_key_that_is_taken_is_never_shared()
    {
        var now = Then("- GET /a", "read GET /a", "read GET /b, - GET /a");

        Assert.Matches(@"^GET:/a=0 GET /b, GET:/a~[0-9a-f]{8}=1 GET /a$", now);
    }

    [Fact]
    public void A_document_in_another_order_changes_nothing() =>
        Assert.Equal("b=1 GET /b, a=0 GET /a", Then("a GET /a, b GET /b", "b GET /b, a GET /a"));

    [Fact]
    public void Swapped_operationIds_take_their_bits_along() =>
        Assert.Equal("b=1 GET /a, a=0 GET /b", Then("a GET /a, b GET /b", "b GET /a, a GET /b"));

    [Fact]
    public void An_operationId_cannot_move_to_another_method_with_its_grants()
    {
        var line = new Line();
        line.Publish("read GET /a");

        var problem = Assert.Single(line.Publish("read DELETE /a").Problems);

        Assert.Equal("operation_method_changed", problem.Code);
        Assert.Contains("GET /a", problem.Message, StringComparison.Ordinal);
        Assert.Contains("DELETE /a", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bits_end_at_65536()
    {
        var line = new Line { NextBitIndex = 65_535 };

        Assert.Equal("bit_indexes_used_up", Assert.Single(line.Publish("- GET /a, - GET /b, - GET /c").Problems).Code);
    }

    [Fact]
    public void Unchanged_operations_are_not_written_again()
    {
        var line = new Line();
        line.Publish("a GET /a, b GET /b");
        var plan = line.Publish("a GET /a, b GET /bb, c GET /c");

        Assert.Equal((1, 1, 1, 0), (plan.Unchanged, plan.Changed.Count, plan.Added.Count, plan.Removed.Count));
    }

    private static string Then(params string[] documents)
    {
        var line = new Line();
        foreach (var document in documents)
            Assert.Empty(line.Publish(document).Problems);
        return line.Describe(documents[^1]);
    }

    /// <summary>A line in memory. An operation is written "operationId METHOD /path", "-" for none.</summary>
    private sealed class Line
    {
        private readonly List<Operation> _known = [];
        private int _revision;

        public int NextBitIndex { get; set; }

        public OperationPlan Publish(string document)
        {
            _revision++;
            var paths = Parse(document).GroupBy(o => o.Path, StringComparer.Ordinal).Select(g =>
                $"\"{g.Key}\":{{{string.Join(',', g.Select(o => $"\"{o.Method.ToLowerInvariant()}\":{{{(o.Id == "-" ? "" : $"\"operationId\":\"{o.Id}\"")}}}"))}}}");
            var spec = SpecReader.Read(Encoding.UTF8.GetBytes(
                $$$"""{"openapi":"3.0.0","info":{"title":"t","version":"1"},"paths":{ {{{string.Join(',', paths)}}} } }""")).Value!;
            var plan = OperationIdentity.Plan(Guid.Empty, _known, spec.Operations, _revision, NextBitIndex);
            NextBitIndex = plan.NextBitIndex;
            _known.AddRange(plan.Added);
            plan.Removed.ForEach(o => o.RemovedIn = _revision);
            Assert.Equal(_known.Count, _known.Select(o => o.BitIndex).Distinct().Count());
            Assert.Equal(_known.Count, _known.Select(o => o.Key).Distinct(StringComparer.Ordinal).Count());
            return plan;
        }

        public string Describe(string document) => string.Join(", ", Parse(document).Select(d =>
            _known.Single(k => k.RemovedIn is null && k.Method == d.Method && k.Path == d.Path)).Select(k => $"{k.Key}={k.BitIndex} {k.Method} {k.Path}"));

        private static IEnumerable<(string Id, string Method, string Path)> Parse(string document) =>
            document.Split(", ").Select(o => o.Split(' ')).Select(o => (o[0], o[1], o[2]));
    }
}
