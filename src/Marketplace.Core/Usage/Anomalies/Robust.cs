namespace Marketplace.Core.Usage.Anomalies;

/// <summary>Middle and spread that a few bad hours do not move.</summary>
internal static class Robust
{
    /// <summary>Makes the median distance of a normal distribution its standard deviation.</summary>
    private const double Normal = 1.4826;

    /// <summary>Sorts them.</summary>
    public static double Median(Span<double> values)
    {
        values.Sort();
        var middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    /// <summary>Overwrites them.</summary>
    public static double Deviation(Span<double> values, double median)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = Math.Abs(values[i] - median);
        return Normal * Median(values);
    }
}
