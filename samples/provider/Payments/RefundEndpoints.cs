namespace Marketplace.Samples.Provider.Payments;

public static class RefundEndpoints
{
    public static void MapRefunds(this IEndpointRouteBuilder app)
    {
        app.MapGet("/payments/{paymentId}/refunds", (string paymentId, PaymentBook book) =>
            book.Find(paymentId) is null ? PaymentEndpoints.Unknown(paymentId) : Results.Ok(book.RefundsOf(paymentId)));
        app.MapPost("/payments/{paymentId}/refunds", Create);
    }

    private static IResult Create(string paymentId, NewRefund order, PaymentBook book)
    {
        if (order.Amount is not { Value: > 0 })
            return Results.Problem("A refund has a positive amount.", statusCode: 400);
        if (book.Find(paymentId) is not { } payment)
            return PaymentEndpoints.Unknown(paymentId);
        return book.Refund(payment, order) is { } refund
            ? Results.Created($"/payments/{paymentId}/refunds", refund)
            : Results.Problem($"Only a settled payment is refunded, in its own currency and not beyond its amount; {paymentId} is {payment.Status}.", statusCode: 409);
    }
}
