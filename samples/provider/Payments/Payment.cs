namespace Marketplace.Samples.Provider.Payments;

public sealed record Money(decimal Value, string Currency);

public sealed record NewPayment(string From, string To, Money Amount, string? Reference);

public sealed record Payment(string Id, string From, string To, Money Amount, string? Reference, string Status, DateTimeOffset InitiatedAt)
{
    public const string Pending = "pending";
    public const string Settled = "settled";
    public const string Cancelled = "cancelled";
}

public sealed record NewRefund(Money Amount, string? Reason);

public sealed record Refund(string Id, string PaymentId, Money Amount, string? Reason, DateTimeOffset At);

public sealed record Settlement(DateOnly Date, int Payments, IReadOnlyList<Money> Totals);
