using System.Diagnostics;

namespace Marketplace.Host.Embedded;

/// <summary>
/// The running server. The kernel tells a child of its parent's death when the parent's thread ends, so one thread
/// starts it and stays; should the server crash, that thread starts it again.
/// </summary>
internal sealed class Postmaster(string cluster, ILogger log, Func<ProcessStartInfo> command)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private Process? _process;
    private bool _stopping;
    private volatile bool _everReady;

    public int? ProcessId
    {
        get
        {
            lock (_gate) return _process?.Id;
        }
    }

    public async Task StartAsync(CancellationToken cancel)
    {
        new Thread(Supervise) { IsBackground = true, Name = "embedded PostgreSQL" }.Start();
        while (!IsReady())
        {
            if (_ended.Task.IsCompleted) await _ended.Task;
            await Task.Delay(20, cancel);
        }
        _everReady = true;
    }

    /// <param name="signal">PostgreSQL's "fast" shutdown, or SIGQUIT for one that saves nothing.</param>
    public async Task StopAsync(int signal = Signals.Int)
    {
        lock (_gate)
        {
            _stopping = true;
            if (_process is not null) Signals.Send(_process.Id, signal);
        }
        var ended = _ended.Task.ContinueWith(_ => { }, TaskScheduler.Default);
        if (await Task.WhenAny(ended, Task.Delay(TimeSpan.FromSeconds(60))) == ended) return;
        log.LogWarning("PostgreSQL did not stop in a minute; stopping it as in a crash, from which it recovers");
        lock (_gate)
        {
            if (_process is not null) Signals.Send(_process.Id, Signals.Quit);
        }
        await ended;
    }

    private void Supervise()
    {
        try
        {
            while (RunOnce() is { } end)
            {
                if (!_everReady)
                    throw new StartupException($"PostgreSQL did not start (exit code {end.ExitCode}). {end.Said}");
                log.LogError("PostgreSQL ended by itself (exit code {ExitCode}); starting it again. {Said}", end.ExitCode, end.Said);
                Thread.Sleep(1000);
            }
            _ended.SetResult();
        }
        catch (Exception fault)
        {
            log.LogError(fault, "PostgreSQL is gone");
            _ended.SetException(fault);
        }
    }

    /// <summary>How the server ended, or null when it was to stop.</summary>
    private (int ExitCode, string Said)? RunOnce()
    {
        Process process;
        lock (_gate)
        {
            if (_stopping) return null;
            _process = process = Process.Start(command()) ?? throw new StartupException("PostgreSQL did not start.");
        }
        using (process)
        {
            process.StandardInput.Close();
            process.OutputDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            var said = process.StandardError.ReadToEnd();
            process.WaitForExit();
            lock (_gate)
            {
                _process = null;
                return _stopping ? null : (process.ExitCode, said.Trim());
            }
        }
    }

    /// <summary>The server writes its state into the eighth line of its lock file.</summary>
    private bool IsReady()
    {
        try
        {
            var lines = File.ReadAllLines(Path.Combine(cluster, "postmaster.pid"));
            return lines.Length > 7 && lines[7].Trim() == "ready" && lines[0] == ProcessId?.ToString();
        }
        catch (IOException)
        {
            return false;
        }
    }
}
