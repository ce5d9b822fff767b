using Marketplace.Sdk;

namespace Marketplace.Samples.Provider.Payments;

public static partial class PaymentEndpoints
{
    public static void MapPayments(this IEndpointRouteBuilder app)
    {
        app.MapGet("/payments", (string? status, PaymentBook book) => book.List(status));
        app.MapPost("/payments", Initiate);
        app.MapGet("/payments/{paymentId}", (string paymentId, PaymentBook book) => book.Find(paymentId) is { } payment ? Results.Ok(payment) : Unknown(paymentId));
        app.MapDelete("/payments/{paymentId}", Cancel);
        app.MapGet("/payments/{paymentId}/status", (string paymentId, PaymentBook book) =>
            book.Find(paymentId) is { } payment ? Results.Ok(new { status = payment.Status }) : Unknown(paymentId));
    }

    public static IResult Unknown(string paymentId) => Results.Problem($"There is no payment {paymentId}.", statusCode: 404);

    private static IResult Initiate(NewPayment order, PaymentBook book, HttpContext context, ILogger<PaymentBook> logger)
    {
        if (string.IsNullOrWhiteSpace(order.From) || string.IsNullOrWhiteSpace(order.To) || order.Amount is not { Value: > 0, Currency.Length: 3 })
            return Results.Problem("A payment has from, to and a positive amount with a currency such as EUR.", statusCode: 400);
        var payment = book.Add(order);
        // The protection in front says who calls; behind a gateway, the gateway does.
        Log.Initiated(logger, payment.Id, context.GetMarketplaceCaller()?.ClientId);
        return Results.Created($"/payments/{payment.Id}", payment);
    }

    private static IResult Cancel(string paymentId, PaymentBook book) => book.Cancel(paymentId) switch
    {
        (null, _) => Unknown(paymentId),
        (var payment, false) => Results.Problem($"Payment {paymentId} is {payment.Status} already.", statusCode: 409),
        _ => Results.NoContent(),
    };

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Payment {Id} initiated by {Client}")]
        public static partial void Initiated(ILogger logger, string id, string? client);
    }
}
