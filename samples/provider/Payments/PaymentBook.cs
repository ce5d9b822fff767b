namespace Marketplace.Samples.Provider.Payments;

/// <summary>All payments, in memory: a sample forgets.</summary>
public sealed class PaymentBook
{
    private const int Kept = 1000;
    private readonly Lock gate = new();
    private readonly List<Payment> payments;
    private readonly List<Refund> refunds = [];
    private readonly TimeProvider time;
    private int last = 1002;

    public PaymentBook(TimeProvider time)
    {
        this.time = time;
        var now = time.GetUtcNow();
        payments =
        [
            new("p-1001", "NL91ABNA0417164300", "DE89370400440532013000", new(12.50m, "EUR"), "Lunch", Payment.Settled, now.AddDays(-1)),
            new("p-1002", "NL91ABNA0417164300", "BE68539007547034", new(640m, "EUR"), "Rent", Payment.Pending, now),
        ];
    }

    public IReadOnlyList<Payment> List(string? status)
    {
        lock (gate)
            return [.. payments.Where(payment => status is null || payment.Status == status).Reverse()];
    }

    public Payment? Find(string id)
    {
        lock (gate)
            return payments.Find(payment => payment.Id == id);
    }

    public Payment Add(NewPayment order)
    {
        lock (gate)
        {
            var payment = new Payment($"p-{++last}", order.From, order.To, order.Amount, order.Reference, Payment.Pending, time.GetUtcNow());
            payments.Add(payment);
            if (payments.Count > Kept)
                payments.RemoveAt(0);
            return payment;
        }
    }

    /// <summary>The payment as it is then; false when it was settled or cancelled before.</summary>
    public (Payment? Payment, bool Done) Cancel(string id)
    {
        lock (gate)
        {
            var at = payments.FindIndex(payment => payment.Id == id);
            if (at < 0 || payments[at].Status != Payment.Pending)
                return (at < 0 ? null : payments[at], false);
            return (payments[at] = payments[at] with { Status = Payment.Cancelled }, true);
        }
    }

    public IReadOnlyList<Refund> RefundsOf(string id)
    {
        lock (gate)
            return [.. refunds.Where(refund => refund.PaymentId == id)];
    }

    /// <summary>Null when more would go back than was paid.</summary>
    public Refund? Refund(Payment payment, NewRefund order)
    {
        lock (gate)
        {
            var before = refunds.Where(refund => refund.PaymentId == payment.Id).Sum(refund => refund.Amount.Value);
            if (payment.Status != Payment.Settled || order.Amount.Currency != payment.Amount.Currency || before + order.Amount.Value > payment.Amount.Value)
                return null;
            var refund = new Refund($"r-{refunds.Count + 1}", payment.Id, order.Amount, order.Reason, time.GetUtcNow());
            refunds.Add(refund);
            return refund;
        }
    }
}
