using System.Net;
using System.Net.Sockets;

namespace Marketplace.Host.Tests.Drills;

/// <summary>The network between the data planes and the marketplace, to be cut in the ways in which networks are cut.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Line> _lines = [];
    private readonly int _far;
    private TcpListener? _listener;
    private volatile int _target;
    private volatile bool _isSilent;

    public Relay(int port, int target)
    {
        (Port, _far, _target) = (port, target, target);
        Listen();
    }

    public int Port { get; }

    /// <summary>How long every piece of what is sent is on its way.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>What is connected goes dead and what connects is accepted, and nobody is told: a cable was pulled, a firewall drops.</summary>
    public void CutSilently()
    {
        _isSilent = true;
        lock (_lines) _lines.ForEach(line => line.IsDead = true);
    }

    /// <summary>What is connected is reset and what connects is refused: the other machine is up, and nobody listens there.</summary>
    public void Refuse()
    {
        _listener?.Stop();
        _listener = null;
        lock (_lines) _lines.ForEach(line => line.Dispose());
    }

    /// <summary>Somebody else answers from now on.</summary>
    public void Divert(int target)
    {
        _target = target;
        lock (_lines) _lines.ForEach(line => line.Dispose());
    }

    /// <summary>New connections pass again. Those that were cut silently never do: nobody on the way knows them any more.</summary>
    public void Mend()
    {
        (_isSilent, Delay) = (false, TimeSpan.Zero);
        if (_target != _far) Divert(_far);
        if (_listener is null) Listen();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Refuse();
    }

    private void Listen()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        _ = AcceptAsync(_listener);
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        while (true)
            try
            {
                var near = await listener.AcceptSocketAsync(_stop.Token);
                var line = new Line(this, near) { IsDead = _isSilent };
                lock (_lines) _lines.Add(line);
                _ = line.RunAsync();
            }
            catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
    }

    private sealed class Line(Relay relay, Socket near) : IDisposable
    {
        private readonly Socket _far = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        public volatile bool IsDead;

        public void Dispose()
        {
            near.Close(0);
            _far.Close(0);
        }

        public async Task RunAsync()
        {
            try
            {
                await _far.ConnectAsync(IPAddress.Loopback, relay._target, relay._stop.Token);
                await Task.WhenAny(PumpAsync(near, _far), PumpAsync(_far, near));
            }
            catch (Exception over) when (over is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Nobody listens there.
            }
            if (!IsDead) Dispose();
        }

        private async Task PumpAsync(Socket from, Socket to)
        {
            var buffer = new byte[16 * 1024];
            try
            {
                while (await from.ReceiveAsync(buffer, relay._stop.Token) is > 0 and var read)
                {
                    if (relay.Delay > TimeSpan.Zero) await Task.Delay(relay.Delay, relay._stop.Token);
                    if (!IsDead) await to.SendAsync(buffer.AsMemory(0, read), relay._stop.Token);
                }
            }
            catch (Exception over) when (over is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // One side has ended.
            }
        }
    }
}
