namespace Marketplace.Core.Usage.Anomalies;

/// <summary>
/// How one measure is compared: on a scale on which its noise is about the same at noon and at night, with the noise
/// that chance alone makes, and with the least difference that a person would want to hear of.
/// </summary>
internal abstract class Measure
{
    private static readonly Measure[] All = [new Traffic(), new Refusals(), new Latency()];

    /// <summary>So few calls say nothing about a share or a percentile.</summary>
    private const int FewestCalls = 20;

    public static Measure Of(AnomalyMeasure measure) => All[(int)measure];

    /// <summary>Null when the hour saw too little to say.</summary>
    public abstract double? Value(UsagePart part);

    public abstract double Scale(double value);

    public abstract double Unscale(double scaled);

    /// <summary>The deviation by chance, on the scale.</summary>
    public abstract double Chance(double expected, UsagePart part);

    /// <summary>The least and the most that is never an anomaly; no least where less is no trouble.</summary>
    public abstract (double? Low, double High) Unremarkable(double expected, UsagePart part);

    private sealed class Traffic : Measure
    {
        private const double FewestMore = 10;

        public override double? Value(UsagePart part) => part.IsUnknown ? null : part.Calls;

        public override double Scale(double value) => Math.Log(value + 1);

        public override double Unscale(double scaled) => Math.Exp(scaled) - 1;

        /// <summary>Counts are Poisson at best: the variance of the logarithm is 1/mean.</summary>
        public override double Chance(double expected, UsagePart part) => 1 / Math.Sqrt(expected + 1);

        public override (double? Low, double High) Unremarkable(double expected, UsagePart part) =>
            (Math.Min(expected * 0.6, expected - FewestMore), Math.Max(expected * 1.6, expected + FewestMore));
    }

    private sealed class Refusals : Measure
    {
        private const double FewestMore = 0.02;
        private const double FewestRefused = 5;

        public override double? Value(UsagePart part) => part.Calls < FewestCalls ? null : (double)part.Refused / part.Calls;

        public override double Scale(double value) => value;

        public override double Unscale(double scaled) => scaled;

        public override double Chance(double expected, UsagePart part)
        {
            var share = Math.Clamp(expected, 0.002, 0.5);
            return Math.Sqrt(share * (1 - share) / part.Calls);
        }

        public override (double? Low, double High) Unremarkable(double expected, UsagePart part) =>
            (null, Math.Max(Math.Max(expected * 1.5, expected + FewestMore), (FewestRefused - 0.5) / part.Calls));
    }

    private sealed class Latency : Measure
    {
        public override double? Value(UsagePart part) => part.Answered < FewestCalls ? null : part.Latency;

        public override double Scale(double value) => Math.Log(value + 1);

        public override double Unscale(double scaled) => Math.Exp(scaled) - 1;

        /// <summary>The 95th percentile of n calls hangs on the n/20 slowest.</summary>
        public override double Chance(double expected, UsagePart part) => 0.05 + 0.7 / Math.Sqrt(part.Answered / 5.0);

        public override (double? Low, double High) Unremarkable(double expected, UsagePart part) => (null, expected * 1.5);
    }
}
