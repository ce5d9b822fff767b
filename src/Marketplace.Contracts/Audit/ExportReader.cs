using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;

namespace Marketplace.Contracts.Audit;

/// <summary>
/// Reads an export in JSON Lines, one event at a time. After the last one it knows the statement, and the digest of
/// everything before it.
/// </summary>
public sealed class ExportReader(Stream input) : IAsyncDisposable
{
    /// <summary>No event is longer.</summary>
    public const int LongestLine = 64 * 1024 * 1024;

    private readonly PipeReader _lines = PipeReader.Create(input, new(bufferSize: 256 * 1024));
    private readonly IncrementalHash _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Counted from 1; the last one that was read.</summary>
    public long Line { get; private set; }

    /// <summary>The signed statement at the end; null where there is none.</summary>
    public string? Statement { get; private set; }

    /// <summary>Something stands behind the statement.</summary>
    public bool GoesOn { get; private set; }

    /// <summary>SHA-256, in hex, of every byte before the statement.</summary>
    public string Sha256 => Convert.ToHexStringLower(_digest.GetCurrentHash());

    /// <summary>The events; null for a line that is none. Each holds until the next is asked for.</summary>
    public async IAsyncEnumerable<AuditLine?> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default)
    {
        while (true)
        {
            var read = await _lines.ReadAsync(cancellation);
            var buffer = read.Buffer;
            while (TryTake(ref buffer, read.IsCompleted, out var taken, out var ended))
            {
                Line++;
                var parsed = AuditLine.TryParse(taken, out var line, out var statement);
                if (Statement is not null)
                    GoesOn = true;
                else if (statement is not null)
                    Statement = statement;
                else
                {
                    _digest.AppendData(taken.Span);
                    if (ended)
                        _digest.AppendData("\n"u8);
                    yield return parsed ? line : null;
                }
            }

            if (buffer.Length > LongestLine)
                throw new IOException($"Line {Line + 1} is longer than any event.");
            _lines.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
                yield break;
        }
    }

    /// <summary>Lets go of what it reads.</summary>
    public async ValueTask DisposeAsync()
    {
        await _lines.CompleteAsync();
        _digest.Dispose();
    }

    private static bool TryTake(ref ReadOnlySequence<byte> buffer, bool completed, out ReadOnlyMemory<byte> line, out bool ended)
    {
        (line, ended) = (default, buffer.PositionOf((byte)'\n') is not null);
        if (buffer.IsEmpty || (!ended && !completed))
            return false;
        var end = buffer.PositionOf((byte)'\n') ?? buffer.End;
        var slice = buffer.Slice(0, end);
        line = slice.IsSingleSegment ? slice.First : slice.ToArray();
        buffer = ended ? buffer.Slice(buffer.GetPosition(1, end)) : buffer.Slice(buffer.End);
        return true;
    }
}
