namespace Marketplace.Samples.Consumer;

/// <summary>A call that the page offers.</summary>
/// <param name="Key">The operation's key in the marketplace.</param>
/// <param name="Label">What the button says.</param>
/// <param name="Method">The method.</param>
/// <param name="Path">The path; <c>{id}</c> is the payment chosen, <c>{today}</c> the date.</param>
/// <param name="Body">JSON to send, if any.</param>
public sealed record Call(string Key, string Label, HttpMethod Method, string Path, string? Body = null)
{
    public static IReadOnlyList<Call> All { get; } =
    [
        new("listPayments", "List payments", HttpMethod.Get, "payments"),
        new("initiatePayment", "Initiate a payment", HttpMethod.Post, "payments",
            """{"from":"NL91ABNA0417164300","to":"DE89370400440532013000","amount":{"value":25.00,"currency":"EUR"},"reference":"From the sample consumer"}"""),
        new("getPayment", "Read payment", HttpMethod.Get, "payments/{id}"),
        new("cancelPayment", "Cancel payment", HttpMethod.Delete, "payments/{id}"),
        new("getPaymentStatus", "Read its status", HttpMethod.Get, "payments/{id}/status"),
        new("listRefunds", "List its refunds", HttpMethod.Get, "payments/{id}/refunds"),
        new("createRefund", "Refund 5 euro of it", HttpMethod.Post, "payments/{id}/refunds",
            """{"amount":{"value":5.00,"currency":"EUR"},"reason":"From the sample consumer"}"""),
        new("getSettlement", "Read today's settlement", HttpMethod.Get, "settlements/{today}"),
    ];

    public string Target(string payment, DateOnly today) =>
        Path.Replace("{id}", Uri.EscapeDataString(payment), StringComparison.Ordinal).Replace("{today}", today.ToString("yyyy-MM-dd"), StringComparison.Ordinal);
}
