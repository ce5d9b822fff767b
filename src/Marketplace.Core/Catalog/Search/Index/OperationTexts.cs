using System.Buffers;
using System.Text;

namespace Marketplace.Core.Catalog.Search.Index;

/// <summary>What is shown of a segment's operations, as UTF-8 in one array: as strings it would take four times the room.</summary>
internal sealed class OperationTexts(byte[] bytes, int[] ends)
{
    private const int Each = 3;

    public string Key(int operation) => Text(operation, 0);

    public string Path(int operation) => Text(operation, 1);

    public string Summary(int operation) => Text(operation, 2);

    private string Text(int operation, int which) => Encoding.UTF8.GetString(Bytes((operation * Each) + which));

    private ReadOnlySpan<byte> Bytes(int at) => bytes.AsSpan(ends[at]..ends[at + 1]);

    internal sealed class Builder
    {
        private readonly ArrayBufferWriter<byte> _bytes = new();
        private readonly List<int> _ends = [0];

        public void Add(OperationSource operation)
        {
            foreach (var text in (ReadOnlySpan<string>)[operation.Key, operation.Path, operation.Summary])
            {
                Encoding.UTF8.GetBytes(text, _bytes);
                _ends.Add(_bytes.WrittenCount);
            }
        }

        public void Add(OperationTexts from, int operation)
        {
            for (var at = operation * Each; at < (operation + 1) * Each; at++)
            {
                _bytes.Write(from.Bytes(at));
                _ends.Add(_bytes.WrittenCount);
            }
        }

        public OperationTexts Build() => new(_bytes.WrittenSpan.ToArray(), [.. _ends]);
    }
}
