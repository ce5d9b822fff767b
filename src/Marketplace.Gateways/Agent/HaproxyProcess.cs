using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using Marketplace.Gateways.Haproxy;

namespace Marketplace.Gateways.Agent;

/// <summary>
/// haproxy in master-worker mode as a child that ends with this process, however that ends: a gateway that nobody
/// feeds any more would go on with grants that were revoked since. The kernel watches the starting thread
/// (PR_SET_PDEATHSIG, prctl(2)), so that thread stays until haproxy has ended.
/// </summary>
internal sealed partial class HaproxyProcess : IDisposable
{
    private const int Terminate = 15;
    private const int Reload = 12;
    private const int SetPipeSize = 1031;
    private readonly Process process;
    private readonly TaskCompletionSource<int> exit = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HaproxyProcess(Process process, Action<string> said)
    {
        this.process = process;
        // haproxy drops a line for which there is no room at once (64 KB without this), rather than wait.
        if (process.StandardOutput.BaseStream is PipeStream pipe)
            _ = SetSize((int)pipe.SafePipeHandle.DangerousGetHandle(), SetPipeSize, 1 << 20);
        AllSaid = Task.Factory.StartNew(() => Read(process.StandardOutput, said), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>As many as this process may use at once.</summary>
    public static int Threads { get; } = Math.Min(Environment.ProcessorCount, HaproxyOptions.MaxThreads);

    /// <summary>Completes when no worker has anything to say any more.</summary>
    public Task AllSaid { get; }

    /// <summary>Completes with the exit code.</summary>
    public Task<int> Exit => exit.Task;

    public static async Task<HaproxyProcess> StartAsync(string program, string configuration, Action<string> said)
    {
        var started = new TaskCompletionSource<HaproxyProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => Run(program, configuration, said, started)) { IsBackground = true, Name = "haproxy" };
        thread.Start();
        return await started.Task;
    }

    /// <summary>What <c>haproxy -c</c> holds against a configuration; null when nothing.</summary>
    public static async Task<string?> CheckAsync(string program, string configuration, CancellationToken cancel)
    {
        using var check = Process.Start(new ProcessStartInfo(program, ["-c", "-f", configuration])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = check.StandardOutput.ReadToEndAsync(cancel);
        var errors = await check.StandardError.ReadToEndAsync(cancel);
        await output;
        await check.WaitForExitAsync(cancel);
        return check.ExitCode == 0 ? null : errors.Trim();
    }

    /// <summary>Asks the master for a new worker with the files as they are now (management guide §4).</summary>
    public void RequestReload() => Signal(Reload);

    /// <summary>SIGTERM; SIGKILL when it does not obey in five seconds.</summary>
    public async Task StopAsync()
    {
        Signal(Terminate);
        if (await Task.WhenAny(exit.Task, Task.Delay(TimeSpan.FromSeconds(5))) != exit.Task)
            process.Kill(entireProcessTree: true);
        await exit.Task;
        // An old worker may still be ending its calls.
        await Task.WhenAny(AllSaid, Task.Delay(TimeSpan.FromSeconds(5)));
    }

    public void Dispose() => process.Dispose();

    private static void Run(string program, string configuration, Action<string> said, TaskCompletionSource<HaproxyProcess> started)
    {
        HaproxyProcess child;
        try
        {
            // setpriv and bash are what Debian cannot be without; a plain sh has no descriptors above 9.
            var descriptors = string.Join(' ', Enumerable.Range(1, Threads).Select(thread => $"{UsageLine.Descriptor(thread)}>&1"));
            var start = new ProcessStartInfo("setpriv", ["--pdeathsig", "TERM", "--", "bash", "-c", $"exec \"$0\" -W -f \"$1\" {descriptors}", program, configuration])
            {
                UseShellExecute = false, RedirectStandardOutput = true,
            };
            child = new HaproxyProcess(Process.Start(start)!, said);
        }
        catch (Exception e)
        {
            started.SetException(new GatewayException("haproxy cannot be started: " + e.Message, e));
            return;
        }

        started.SetResult(child);
        child.process.WaitForExit();
        child.exit.SetResult(child.process.ExitCode);
    }

    private static void Read(StreamReader output, Action<string> said)
    {
        try
        {
            while (output.ReadLine() is { } line)
                said(line);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // haproxy has ended.
        }
    }

    private void Signal(int signal)
    {
        if (!exit.Task.IsCompleted)
            _ = Kill(process.Id, signal);
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int SetSize(int file, int command, int bytes);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
