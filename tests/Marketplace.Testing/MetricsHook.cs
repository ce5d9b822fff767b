using System.Diagnostics.Metrics;
using System.Globalization;

// The runtime looks for this name, outside of every namespace, in what DOTNET_STARTUP_HOOKS names.
#pragma warning disable CA1050, MA0047, MA0036, RCS1102

/// <summary>
/// In a real program under test: writes what its gauges say of the policy into the file that METRICS_FILE names, a few
/// times a second, one "name{tags} value" per line.
/// </summary>
internal static class StartupHook
{
    private static readonly MeterListener Listener = new();
    private static Timer? _timer;

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable("METRICS_FILE") is not { Length: > 0 } file)
            return;
        var lines = new List<string>();
        Listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Marketplace.Sdk" && instrument.IsObservable)
                listener.EnableMeasurementEvents(instrument);
        };
        Listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => lines.Add(Line(instrument.Name, value, tags)));
        Listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => lines.Add(Line(instrument.Name, value, tags)));
        Listener.Start();
        _timer = new Timer(_ => Write(file, lines), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(200));
    }

    private static void Write(string file, List<string> lines)
    {
        lock (lines)
        {
            lines.Clear();
            Listener.RecordObservableInstruments();
            File.WriteAllLines(file + ".new", lines);
            File.Move(file + ".new", file, overwrite: true);
        }
    }

    private static string Line(string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var words = new List<string>();
        foreach (var (tag, said) in tags)
            words.Add($"{tag}={said}");
        return $"{name}{{{string.Join(',', words)}}} {value.ToString(CultureInfo.InvariantCulture)}";
    }
}
