using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Marketplace.Gateways.Agent;

/// <summary>
/// A conversation with one haproxy worker over its runtime socket (management guide §9.3). In interactive mode, so
/// that all commands of a transaction reach the same process even while a reload hands the socket over.
/// </summary>
internal sealed partial class RuntimeSocket : IDisposable
{
    /// <summary>A command with its lines must fit haproxy's buffer of 16,384 bytes.</summary>
    private const int MaxLines = 6_000;

    private const string Prompt = "\n> ";
    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly byte[] buffer = new byte[16 * 1024];

    private RuntimeSocket()
    {
    }

    /// <summary>Connects and asks which process answers.</summary>
    public static async Task<(RuntimeSocket Socket, int Worker)> OpenAsync(string path, CancellationToken cancel)
    {
        var opened = new RuntimeSocket();
        try
        {
            await opened.socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
            await opened.AskAsync("prompt\n", cancel);
            var info = await opened.AskAsync("show info\n", cancel);
            return (opened, int.Parse(Pid().Match(info).Groups["pid"].ValueSpan));
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Replaces a map whole: a request sees the old one or the new one, never a mixture.</summary>
    public async Task ReplaceMapAsync(string map, IEnumerable<KeyValuePair<string, string>> entries, CancellationToken cancel)
    {
        var prepared = await AskAsync($"prepare map {map}\n", cancel);
        if (NewVersion().Match(prepared) is not { Success: true } match)
            throw new IOException($"haproxy did not prepare {map}: {prepared}");

        var version = match.Groups["version"].Value;
        var add = $"add map @{version} {map} <<\n";
        var lines = new StringBuilder(add);
        foreach (var (key, value) in entries)
        {
            if (lines.Length + key.Length + value.Length > MaxLines)
            {
                await CommandAsync(lines.Append('\n').ToString(), cancel);
                lines.Clear().Append(add);
            }

            lines.Append(key).Append(' ').Append(value).Append('\n');
        }

        if (lines.Length > add.Length)
            await CommandAsync(lines.Append('\n').ToString(), cancel);
        await CommandAsync($"commit map @{version} {map}\n", cancel);
    }

    public void Dispose() => socket.Dispose();

    private async Task CommandAsync(string command, CancellationToken cancel)
    {
        // Every line of a payload is answered with "+ "; what remains is a complaint.
        var complaint = (await AskAsync(command, cancel)).Replace("+ ", "", StringComparison.Ordinal).Trim();
        if (complaint.Length > 0)
            throw new IOException($"haproxy refused '{command[..command.IndexOf('\n', StringComparison.Ordinal)]}': {complaint}");
    }

    private async Task<string> AskAsync(string command, CancellationToken cancel)
    {
        var answer = new StringBuilder();
        await socket.SendAsync(Encoding.ASCII.GetBytes(command), cancel);
        while (!EndsWithPrompt(answer))
        {
            var read = await socket.ReceiveAsync(buffer, cancel);
            if (read == 0)
                throw new IOException("haproxy closed its runtime socket.");
            answer.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        return answer.ToString(0, answer.Length - Prompt.Length);
    }

    private static bool EndsWithPrompt(StringBuilder answer) =>
        answer.Length >= Prompt.Length && answer.ToString(answer.Length - Prompt.Length, Prompt.Length) == Prompt;

    [GeneratedRegex(@"^Pid: (?<pid>[0-9]+)", RegexOptions.Multiline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pid();

    [GeneratedRegex("New version created: (?<version>[0-9]+)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NewVersion();
}
