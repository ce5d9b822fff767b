using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Marketplace.Testing;

/// <summary>
/// A real program under test. The kernel kills it when this process dies, however that happens; it asks for the
/// parent's thread, so a thread of its own starts it and stays.
/// </summary>
public sealed partial class ChildProcess : IAsyncDisposable
{
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly TaskCompletionSource<int> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _started = new();
    private Exception? _fault;

    private ChildProcess(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment, string? input, string? asUser)
    {
        string[] identity = asUser is null ? [] : ["--reuid", asUser, "--init-groups", "--regid", "nogroup"];
        var start = new ProcessStartInfo("setpriv", [.. identity, "--pdeathsig", "KILL", "--", file, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
            start.Environment[name] = value;
        new Thread(() => Run(start, input)) { IsBackground = true, Name = file }.Start();
        _started.Wait();
        if (_fault is not null) throw new InvalidOperationException($"{file} did not start", _fault);
    }

    public int Id { get; private set; }

    public string Output => Copy(_output);

    public string Errors => Copy(_errors);

    /// <summary>Completes with the exit code.</summary>
    public Task<int> Exit => _exit.Task;

    public static ChildProcess Start(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, string? input = null, string? asUser = null) =>
        new(file, arguments, environment, input, asUser);

    public void Signal(int signal)
    {
        if (!Exit.IsCompleted) _ = kill(Id, signal);
    }

    /// <summary>Waits until it answers at all; 503 means that it has no policy yet.</summary>
    public async Task AnswersAsync(Uri url)
    {
        using var client = new HttpClient();
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < Busy.Allow(TimeSpan.FromSeconds(60)))
        {
            if (Exit.IsCompleted)
                throw new InvalidOperationException($"It ended with exit code {await Exit}.\n{Errors}{Output}");
            try
            {
                using var answer = await client.GetAsync(url);
                if ((int)answer.StatusCode != 503)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(100);
        }

        throw new TimeoutException($"{url} does not answer.\n{Errors}{Output}");
    }

    /// <summary>SIGTERM, and SIGKILL when it does not obey in time.</summary>
    public async Task<int> StopAsync(TimeSpan? patience = null)
    {
        Signal(15);
        if (await Task.WhenAny(Exit, Task.Delay(patience ?? TimeSpan.FromSeconds(20))) != Exit) Signal(9);
        return await Exit;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private void Run(ProcessStartInfo start, string? input)
    {
        try
        {
            using var process = Process.Start(start)!;
            process.OutputDataReceived += (_, line) => Add(_output, line.Data);
            process.ErrorDataReceived += (_, line) => Add(_errors, line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            Id = process.Id;
            _started.Set();
            if (input is not null) process.StandardInput.Write(input);
            process.StandardInput.Close();
            process.WaitForExit();
            _exit.SetResult(process.ExitCode);
        }
        catch (Exception fault)
        {
            _fault = fault;
            _exit.TrySetException(fault);
            _started.Set();
        }
    }

    private static void Add(StringBuilder text, string? line)
    {
        if (line is null) return;
        lock (text) text.Append(line).Append('\n');
    }

    private static string Copy(StringBuilder text)
    {
        lock (text) return text.ToString();
    }

    [LibraryImport("libc")]
    private static partial int kill(int pid, int sig);
}
