namespace Marketplace.Core.Usage.Calls;

/// <summary>A time that is looked at, the length of its parts, and which of the stored spans holds it with the least to add up.</summary>
public sealed record CallRange(string Name, TimeSpan Part, int Parts)
{
    public static IReadOnlyList<CallRange> All { get; } =
        [new("hour", TimeSpan.FromMinutes(1), 60), new("day", TimeSpan.FromHours(1), 24), new("week", TimeSpan.FromHours(1), 168), new("month", TimeSpan.FromDays(1), 30)];

    public static CallRange Default => All[1];

    /// <summary>Null when it is none.</summary>
    public static CallRange? Find(string? name) => string.IsNullOrEmpty(name) ? Default : All.FirstOrDefault(range => range.Name == name);

    internal int Span => (int)Part.TotalSeconds;

    /// <summary>When the first part begins; the last is the one that is not over.</summary>
    public DateTimeOffset Start(DateTimeOffset now) => now.AddTicks(-(now.UtcTicks % Part.Ticks)) - Part * (Parts - 1);
}
