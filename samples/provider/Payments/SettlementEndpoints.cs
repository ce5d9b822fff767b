namespace Marketplace.Samples.Provider.Payments;

public static class SettlementEndpoints
{
    public static void MapSettlements(this IEndpointRouteBuilder app) => app.MapGet("/settlements/{date}", Get);

    private static IResult Get(string date, PaymentBook book)
    {
        if (!DateOnly.TryParseExact(date, "yyyy-MM-dd", out var day))
            return Results.Problem("A date is written as 2026-01-31.", statusCode: 400);
        var settled = book.List(Payment.Settled).Where(payment => DateOnly.FromDateTime(payment.InitiatedAt.UtcDateTime) == day).ToList();
        var totals = settled.GroupBy(payment => payment.Amount.Currency, StringComparer.Ordinal)
            .Select(currency => new Money(currency.Sum(payment => payment.Amount.Value), currency.Key));
        return Results.Ok(new Settlement(day, settled.Count, [.. totals]));
    }
}
