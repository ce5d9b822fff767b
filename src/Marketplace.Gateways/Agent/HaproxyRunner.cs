using Marketplace.Gateways.Haproxy;

namespace Marketplace.Gateways.Agent;

/// <summary>
/// Keeps one haproxy running on the newest files. Grants go in over the runtime socket, at once and without a reload;
/// everything else is checked by <c>haproxy -c</c> beside the running files before it replaces them.
/// </summary>
internal sealed class HaproxyRunner(string program, string folder, string runtimeSocket, Action<string> said, Action<string> log) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly CancellationTokenSource stopping = new();
    private HaproxyFiles? running;
    private HaproxyProcess? process;
    private Task restarting = Task.CompletedTask;
    private int? retired;

    /// <summary>Returns when haproxy enforces these files.</summary>
    /// <exception cref="GatewayException">It does not; new grants are enforced all the same if it was running before.</exception>
    public async Task ApplyAsync(HaproxyFiles files, CancellationToken cancel)
    {
        await gate.WaitAsync(cancel);
        try
        {
            if (running is null || !IsAlive)
                await StartAsync(files, cancel);
            else
                await ChangeAsync(files, running, cancel);
            running = files;
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await gate.WaitAsync();
        await StopAsync();
        gate.Release();
        await restarting;
        gate.Dispose();
        stopping.Dispose();
    }

    private bool IsAlive => process is { Exit.IsCompleted: false };

    private async Task StartAsync(HaproxyFiles files, CancellationToken cancel)
    {
        await StopAsync();
        await DemandValidAsync(files, cancel);
        PrivateFiles.WriteAll(folder, files.Contents);
        process = await HaproxyProcess.StartAsync(program, Path.Combine(folder, HaproxyFiles.Configuration), said);
        try
        {
            await AnsweringAsync(worker => true, cancel);
        }
        catch
        {
            await StopAsync();
            throw;
        }

        retired = null;
        if (restarting.IsCompleted)
            restarting = RestartWhenItEndsAsync();
    }

    private async Task StopAsync()
    {
        if (process is null)
            return;
        await process.StopAsync();
        process.Dispose();
        process = null;
    }

    private async Task ChangeAsync(HaproxyFiles files, HaproxyFiles before, CancellationToken cancel)
    {
        if (files.Grants != before.Grants)
        {
            // First haproxy, then the disk: one that is full keeps no revocation away. Before haproxy is started again, all is written anew.
            await ReplaceGrantsAsync(files, cancel);
            TryKeep(files.Grants);
        }

        if (!files.NeedReloadAfter(before))
            return;
        await DemandValidAsync(files, cancel);
        PrivateFiles.WriteAll(folder, files.Contents);
        foreach (var gone in before.Contents.Keys.Except(files.Contents.Keys, StringComparer.Ordinal))
            File.Delete(Path.Combine(folder, gone));
        var old = await AnsweringAsync(worker => true, cancel);
        process!.RequestReload();
        await AnsweringAsync(worker => worker != old, cancel);
        retired = old;
        log("haproxy was reloaded with new operations or keys.");
    }

    private void TryKeep(string grants)
    {
        try
        {
            PrivateFiles.Write(Path.Combine(folder, GrantsMap.FileName), grants);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log($"{GrantsMap.FileName} on disk is older than what haproxy enforces. {e.Message}");
        }
    }

    /// <summary>In the seconds in which two workers share the socket, the one that is leaving is not told but asked again.</summary>
    private async Task ReplaceGrantsAsync(HaproxyFiles files, CancellationToken cancel)
    {
        await WithWorkerAsync(worker => worker != retired, socket => socket.ReplaceMapAsync(GrantsMap.FileName, files.GrantEntries, cancel), cancel);
    }

    private Task<int> AnsweringAsync(Func<int, bool> isWanted, CancellationToken cancel) =>
        WithWorkerAsync(isWanted, _ => Task.CompletedTask, cancel);

    private async Task<int> WithWorkerAsync(Func<int, bool> isWanted, Func<RuntimeSocket, Task> act, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel, stopping.Token);
        limit.CancelAfter(Patience);
        Exception? last = null;
        while (true)
        {
            try
            {
                if (process!.Exit.IsCompleted)
                    throw new GatewayException($"haproxy ended with {await process.Exit}.");
                var (socket, worker) = await RuntimeSocket.OpenAsync(runtimeSocket, limit.Token);
                using (socket)
                {
                    if (isWanted(worker))
                    {
                        await act(socket);
                        return worker;
                    }
                }
            }
            catch (Exception e) when (e is System.Net.Sockets.SocketException or IOException && !limit.IsCancellationRequested)
            {
                // Not there yet, or just leaving.
                last = e;
            }
            catch (OperationCanceledException e) when (!cancel.IsCancellationRequested && !stopping.IsCancellationRequested)
            {
                throw new GatewayException($"haproxy did not do as told on {runtimeSocket} in {Patience.TotalSeconds:0} s. {last?.Message}", last ?? e);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task DemandValidAsync(HaproxyFiles files, CancellationToken cancel)
    {
        var staged = Path.Combine(folder, "staged");
        if (Directory.Exists(staged))
            Directory.Delete(staged, recursive: true);
        try
        {
            PrivateFiles.WriteAll(staged, files.Contents);
            if (await HaproxyProcess.CheckAsync(program, Path.Combine(staged, HaproxyFiles.Configuration), cancel) is { } complaint)
                throw new GatewayException("haproxy does not accept the configuration: " + complaint);
        }
        finally
        {
            Directory.Delete(staged, recursive: true);
        }
    }

    private async Task RestartWhenItEndsAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            if (process is { } watched)
                await watched.Exit;
            await Task.Delay(TimeSpan.FromSeconds(1), stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await gate.WaitAsync();
            try
            {
                if (stopping.IsCancellationRequested || IsAlive)
                    continue;
                log("haproxy ended and is started again.");
                await StartAsync(running!, stopping.Token);
            }
            catch (Exception e) when (e is GatewayException or IOException or OperationCanceledException)
            {
                log(e.Message);
            }
            finally
            {
                gate.Release();
            }
        }
    }
}
