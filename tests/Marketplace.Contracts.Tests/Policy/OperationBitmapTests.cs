using FsCheck;
using FsCheck.Fluent;
using Marketplace.Contracts.Policy;

namespace Marketplace.Contracts.Tests.Policy;

public sealed class OperationBitmapTests
{
    [Theory]
    [InlineData(new int[0], "")]
    [InlineData(new[] { 0 }, "gA")]
    [InlineData(new[] { 7 }, "AQ")]
    [InlineData(new[] { 8 }, "AIA")]
    [InlineData(new[] { 9, 0, 9 }, "gEA")]
    public void The_most_significant_bit_comes_first(int[] indexes, string text) =>
        Assert.Equal(text, OperationBitmap.Of(indexes).ToString());

    [Fact]
    public void Exactly_the_given_indexes_are_contained() =>
        Prop.ForAll(Gen.Choose(0, 65_535).ArrayOf().ToArbitrary(), indexes =>
        {
            var text = OperationBitmap.Of(indexes).ToString();
            Assert.True(OperationBitmap.TryParse(text, out var bitmap));
            Assert.Equal(indexes.Distinct().Count(), Enumerable.Range(0, 65_536).Count(bitmap.Contains));
            Assert.All(indexes, index => Assert.True(bitmap.Contains(index)));
            Assert.Equal(text, bitmap.ToString());
        }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void A_crowded_set_is_read_like_a_sparse_one()
    {
        var indexes = Enumerable.Range(0, 300).Select(i => i * 3).ToArray();
        Assert.True(OperationBitmap.TryParse(OperationBitmap.Of(indexes).ToString(), out var crowded));
        Assert.Equal(indexes, Enumerable.Range(-1, 70_000).Where(crowded.Contains));
        Assert.True(OperationBitmap.TryParse(OperationBitmap.Of(7, 9_000).ToString(), out var sparse));
        Assert.Equal([7, 9_000], Enumerable.Range(-1, 70_000).Where(sparse.Contains));
        Assert.InRange(sparse.ByteCount, 1, 8);
        Assert.False(OperationBitmap.TryParse(OperationBitmap.Of(9_000) + "\n", out _));
    }

    [Theory]
    [InlineData("AA")]
    [InlineData("gAA")]
    [InlineData("gA==")]
    [InlineData("gB")]
    [InlineData("!")]
    [InlineData("g A")]
    [InlineData(null)]
    public void A_second_encoding_of_the_same_set_is_refused(string? text) => Assert.False(OperationBitmap.TryParse(text, out _));

    [Fact]
    public void Indexes_outside_are_not_contained_and_cannot_be_made()
    {
        var bitmap = OperationBitmap.Of(0, 1, 2, 3, 4, 5, 6, 7);
        Assert.False(bitmap.Contains(8));
        Assert.False(bitmap.Contains(-1));
        Assert.False(bitmap.Contains(int.MinValue));
        Assert.False(bitmap.Contains(int.MaxValue));
        Assert.False(OperationBitmap.Empty.Contains(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => OperationBitmap.Of(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => OperationBitmap.Of(65_536));
        Assert.False(OperationBitmap.TryParse(new string('_', 12_000), out _));
    }

    [Fact]
    public void Three_hundred_operations_of_a_large_API_stay_small() =>
        Assert.InRange(OperationBitmap.Of([.. Enumerable.Range(0, 300).Select(i => i * 7)]).ToString().Length, 1, 360);
}
