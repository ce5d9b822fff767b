using System.Text;

namespace Marketplace.Core.Notifications.Mail.Smtp;

/// <summary>Commands and replies over one stream. A server is given a time for each answer, and bounds for how much it says.</summary>
internal sealed class SmtpLines(Stream stream, TimeSpan patience)
{
    private const int LongestLine = 2048;
    private const int MostLines = 64;

    private readonly byte[] _buffer = new byte[LongestLine];
    private int _start;
    private int _end;

    /// <summary>It said something that nobody asked for: after STARTTLS that would be from who sits in between (RFC 3207 §6).</summary>
    public bool HasMore => _start < _end;

    public Task<SmtpReply> AskAsync(string command, CancellationToken cancellation) =>
        AskAsync(Encoding.ASCII.GetBytes(command + "\r\n"), cancellation);

    public async Task<SmtpReply> AskAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        using var deadline = Deadline(cancellation);
        try
        {
            await stream.WriteAsync(bytes, deadline.Token);
            await stream.FlushAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw TooSlow();
        }

        return await ReadAsync(cancellation);
    }

    public async Task<SmtpReply> ReadAsync(CancellationToken cancellation)
    {
        using var deadline = Deadline(cancellation);
        try
        {
            var text = new StringBuilder();
            for (var count = 0; count < MostLines; count++)
            {
                var line = await LineAsync(deadline.Token);
                if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), out var code) || code is < 200 or > 599)
                    throw new SmtpUnavailableException("What answers is no mail server.");
                text.Append(text.Length > 0 ? "\n" : "").Append(line.AsSpan(Math.Min(4, line.Length)));
                if (line.Length == 3 || line[3] == ' ')
                    return new SmtpReply(code, text.ToString());
            }

            throw new SmtpUnavailableException("The mail server does not come to an end.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw TooSlow();
        }
    }

    private async Task<string> LineAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var newline = _buffer.AsSpan(_start.._end).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                var line = Encoding.Latin1.GetString(_buffer, _start, newline).TrimEnd('\r');
                _start += newline + 1;
                // What is shown on pages and kept in a table is without what steers terminals.
                return string.Concat(line.Select(c => char.IsControl(c) ? ' ' : c));
            }

            if (_start > 0)
            {
                _buffer.AsSpan(_start.._end).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }

            var read = _end < _buffer.Length ? await stream.ReadAsync(_buffer.AsMemory(_end), cancellation) : 0;
            if (read == 0)
                throw new SmtpUnavailableException(_end < _buffer.Length ? "The mail server ended the connection." : "What answers is no mail server.");
            _end += read;
        }
    }

    private CancellationTokenSource Deadline(CancellationToken cancellation)
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(patience);
        return deadline;
    }

    private SmtpUnavailableException TooSlow() => new($"The mail server did not answer within {patience.TotalSeconds:0} seconds.");
}
