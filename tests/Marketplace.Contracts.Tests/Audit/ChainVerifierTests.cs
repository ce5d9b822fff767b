using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Contracts.Audit;

namespace Marketplace.Contracts.Tests.Audit;

/// <summary>What somebody with every right to the database could do to a chain of ten events, and how it is told.</summary>
public sealed class ChainVerifierTests
{
    [Fact]
    public void A_chain_that_nobody_touched_holds() => Assert.Empty(Verify(Chain(10)).Findings);

    [Fact]
    public void An_altered_event_is_told() =>
        AssertFound(Verify([.. Chain(10).Select(e => e.Sequence == 4 ? e with { Content = Bytes(Content(4, "another")) } : e)]), (ChainFault.Altered, 4, 4));

    [Fact]
    public void A_removed_stretch_is_told() => AssertFound(Verify([.. Chain(10).Where(e => e.Sequence is < 3 or > 5)]), (ChainFault.Removed, 3, 5));

    [Fact]
    public void Events_in_another_order_are_told()
    {
        var chain = Chain(10);
        AssertFound(Verify([.. chain[..3], chain[4], chain[3], .. chain[5..]]), (ChainFault.Reordered, 4, 4));
    }

    [Fact]
    public void An_inserted_event_is_told()
    {
        var chain = Chain(10);
        AssertFound(Verify([.. chain[..5], Event(5, chain[3].Hash, "forged"), .. chain[5..]]), (ChainFault.Inserted, 5, 5));
    }

    [Fact]
    public void One_put_in_anothers_place_with_a_hash_of_its_own_breaks_the_link()
    {
        var chain = Chain(10);
        AssertFound(Verify([.. chain[..4], Event(5, chain[3].Hash, "forged"), .. chain[5..]]), (ChainFault.Replaced, 6, 6));
    }

    [Fact]
    public void Another_events_content_under_its_own_hash_is_told()
    {
        var chain = Chain(10);
        var forged = Event(7, chain[3].Hash, "seven") with { Sequence = 5 };
        Assert.Contains(Verify([.. chain[..4], forged]).Findings, f => f is { Fault: ChainFault.Altered, Sequence: 5 });
    }

    [Fact]
    public void A_chain_written_anew_from_the_first_event_is_told_by_a_checkpoint_alone()
    {
        var anew = Chain(10, "rewritten");
        Assert.Empty(Verify(anew).Findings);
        var kept = Chain(10)[6];
        AssertFound(Verify(anew, new ChainMark(7, kept.Hash)), (ChainFault.Rewritten, 7, 7));
    }

    [Fact]
    public void A_chain_cut_off_at_its_end_is_told_by_a_checkpoint() =>
        AssertFound(Verify(Chain(10)[..8], new ChainMark(10, Chain(10)[9].Hash)), (ChainFault.Truncated, 9, 10));

    [Fact]
    public void Columns_that_say_something_else_are_told() =>
        AssertFound(Verify([.. Chain(10).Select(e => e.Sequence == 2 ? e with { Differing = ["actor"] } : e)]), (ChainFault.ColumnsAltered, 2, 2));

    [Fact]
    public void What_a_filter_let_through_may_have_gaps_and_no_altered_event()
    {
        var part = Chain(10).Where(e => e.Sequence % 3 == 0).ToArray();
        Assert.Empty(Verify(part, whole: false).Findings);
        part[1] = part[1] with { Content = Bytes(Content(6, "another")) };
        AssertFound(Verify(part, whole: false), (ChainFault.Altered, 6, 6));
    }

    [Fact]
    public void Content_that_an_erasure_on_the_chain_tells_of_may_be_gone()
    {
        var chain = WithErasure(3, 3);
        var verified = Verify(chain);
        Assert.Empty(verified.Findings);
        Assert.Equal(3, verified.Erased);
    }

    [Fact]
    public void Content_that_is_gone_beyond_what_the_erasure_tells_is_told() => AssertFound(Verify(WithErasure(3, 4)), (ChainFault.ErasedUntold, 1, 4));

    [Fact]
    public void Content_that_is_gone_without_an_erasure_is_told() =>
        AssertFound(Verify([.. Chain(10).Select(e => e.Sequence == 5 ? e with { Content = null } : e)]), (ChainFault.ErasedUntold, 5, 5));

    [Fact]
    public void Erased_events_keep_their_own_hashes()
    {
        var chain = WithErasure(3, 3);
        // Without content nothing else would tell: the links are mended as well.
        var forged = new byte[32];
        chain[1] = chain[1] with { Hash = forged };
        chain[2] = chain[2] with { PreviousHash = forged };
        AssertFound(Verify(chain), (ChainFault.ErasedUntold, 1, 3));
    }

    [Fact]
    public void A_line_whose_content_was_erased_reads_as_such()
    {
        var line = WithErasure(3, 3)[1];
        var buffer = new ArrayBufferWriter<byte>();
        line.Write(buffer);
        Assert.True(AuditLine.TryParse(buffer.WrittenMemory[..^1], out var read, out _));
        Assert.Null(read!.Content);
    }

    [Fact]
    public void An_erasure_that_nobody_signed_or_that_reaches_beyond_itself_tells_of_nothing()
    {
        AssertFound(Verify(new ChainVerifier(_ => false), WithErasure(3, 3), true), (ChainFault.ErasedUntold, 1, 3));
        var signed = new ChainVerifier(erasure => erasure is { UpTo: 3, Statement: "a.b.c" });
        Assert.Empty(Verify(signed, WithErasure(3, 3, ",\"statement\":\"a.b.c\""), true).Findings);
        AssertFound(Verify([.. WithErasure(1000, 0).Select(e => e.Sequence == 5 ? e with { Content = null } : e)]), (ChainFault.ErasedUntold, 5, 5));
        // Not all of what the erasure tells of, but a part chosen by somebody.
        AssertFound(Verify([.. WithErasure(7, 0).Select(e => e.Sequence == 5 ? e with { Content = null } : e)]), (ChainFault.ErasedUntold, 5, 5));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"sequence":1,"event":{}}""")]
    [InlineData("""{"sequence":1,"previous_hash":"00","hash":"00","event":{}}""")]
    [InlineData("""{"sequence":"1"}""")]
    [InlineData("""{"statement":"a.b.c","sequence":1}""")]
    public void A_line_that_is_no_event_is_none(string text) => Assert.False(AuditLine.TryParse(Bytes(text), out _, out _));

    [Theory]
    [InlineData("""{"sequence" : 7, "reason" : "with \u0041 and 1.50"}""")]
    [InlineData("not even JSON\nover two lines")]
    [InlineData("{} {}")]
    public async Task Content_travels_byte_for_byte(string content)
    {
        var line = new AuditLine(7, Bytes(content), new byte[32], new byte[32], ["actor"]);
        var buffer = new ArrayBufferWriter<byte>();
        line.Write(buffer);
        line.Write(buffer);
        await using var reader = new ExportReader(new MemoryStream([.. buffer.WrittenSpan, .. Bytes(AuditLine.StatementLine("a.b.c"))]));
        var read = 0;
        await foreach (var back in reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            Assert.Equal(content, Encoding.UTF8.GetString(back!.Content!.Value.Span));
            Assert.Equal("actor", Assert.Single(back.Differing));
            read++;
        }

        Assert.Equal((2, "a.b.c", false), (read, reader.Statement, reader.GoesOn));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan)), reader.Sha256);
    }

    private static ChainVerifier Verify(IReadOnlyList<AuditLine> chain, params ChainMark[] marks) => Verify(chain, true, marks);

    private static ChainVerifier Verify(IReadOnlyList<AuditLine> chain, bool whole, params ChainMark[] marks) =>
        Verify(new ChainVerifier(marks), chain, whole);

    private static ChainVerifier Verify(ChainVerifier verifier, IReadOnlyList<AuditLine> chain, bool whole)
    {
        foreach (var line in chain)
            verifier.Add(line);
        verifier.Complete(whole);
        return verifier;
    }

    private static void AssertFound(ChainVerifier verified, (ChainFault Fault, long From, long To) expected)
    {
        var finding = Assert.Single(verified.Findings);
        Assert.Equal(expected, (finding.Fault, finding.Sequence, finding.Until));
    }

    private static AuditLine[] Chain(int length, string what = "done")
    {
        List<AuditLine> chain = [];
        for (var sequence = 1; sequence <= length; sequence++)
            chain.Add(Event(sequence, chain is [.., var last] ? last.Hash : AuditChain.Start, what));
        return [.. chain];
    }

    /// <summary>The ninth event says that the first <paramref name="told"/> were erased; <paramref name="erased"/> were.</summary>
    private static AuditLine[] WithErasure(int told, int erased, string more = "")
    {
        var chain = Chain(8).ToList();
        var hashes = Convert.ToHexStringLower(SHA256.HashData([.. chain.Take(told).SelectMany(e => e.Hash)]));
        var content = $$$"""{"sequence":9,"action":"audit.erased","details":{"up_to":{{{told}}},"hashes":"{{{hashes}}}","by":"Ada"{{{more}}}}}""";
        chain.Add(new(9, Bytes(content), chain[^1].Hash, AuditChain.HashOf(chain[^1].Hash, Bytes(content)), []));
        return [.. chain.Select(e => e.Sequence <= erased ? e with { Content = null } : e)];
    }

    private static AuditLine Event(long sequence, byte[] previous, string what)
    {
        var content = Bytes(Content(sequence, what));
        return new(sequence, content, previous, AuditChain.HashOf(previous, content), []);
    }

    private static string Content(long sequence, string what) => $$"""{"sequence":{{sequence}},"action":"{{what}}"}""";

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
