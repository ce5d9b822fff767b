namespace Marketplace.Host.Demo;

/// <summary>What the sample consumer may call at the sample provider. up.sh prints the same three calls.</summary>
internal static class DemoAccess
{
    public static readonly string[] Granted = ["listPayments", "getPayment"];

    public const string Refused = "cancelPayment";
}
