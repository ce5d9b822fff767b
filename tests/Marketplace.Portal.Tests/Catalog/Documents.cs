namespace Marketplace.Portal.Tests.Catalog;

internal static class Documents
{
    public const string Payments = """
        openapi: 3.1.0
        info: {title: Payments, version: 1.2.0}
        paths:
          /payments:
            get: {operationId: listPayments, summary: List the payments, tags: [payments], responses: {'200': {description: ok}}}
            post: {operationId: createPayment, summary: Make a payment, tags: [payments], responses: {'201': {description: made}}}
          /payments/{id}/status:
            get:
              operationId: getStatus
              summary: <script>alert(1)</script> status
              tags: [status]
              parameters: [{name: id, in: path, required: true, schema: {type: string}}]
              responses: {'200': {description: ok}}
        """;
}
