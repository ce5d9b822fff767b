using Marketplace.Contracts.Audit;

namespace Marketplace.Cli.Commands.Audit;

/// <summary>An export read beside the chain, so that each of its events is held against the one of the same number.</summary>
internal sealed class ExportBeside(Stream file) : IAsyncDisposable
{
    private readonly ExportReader _reader = new(file);
    private IAsyncEnumerator<AuditLine?>? _events;
    private AuditLine? _current;
    private bool _ended;

    /// <summary>Whether the export has another event in the place of this one.</summary>
    public async ValueTask<bool> DiffersAsync(AuditLine line)
    {
        _events ??= _reader.ReadAsync().GetAsyncEnumerator();
        // An event out of order was found when the file was read by itself.
        while (!_ended && (_current is null || _current.Sequence < line.Sequence))
        {
            _ended = !await _events.MoveNextAsync();
            _current = _ended ? null : _events.Current;
        }

        return _current is { } mine && mine.Sequence == line.Sequence && !mine.Hash.AsSpan().SequenceEqual(line.Hash);
    }

    public async ValueTask DisposeAsync()
    {
        if (_events is not null)
            await _events.DisposeAsync();
        await _reader.DisposeAsync();
    }
}
