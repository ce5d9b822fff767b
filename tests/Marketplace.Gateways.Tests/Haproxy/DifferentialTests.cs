using FsCheck.Fluent;
using Marketplace.Contracts.Policy;
using Marketplace.Testing.Enforcement;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Gateways.Tests.Haproxy;

/// <summary>haproxy's maps and <see cref="OperationMatcher"/> say the same, whatever a document holds and whatever is asked.</summary>
public sealed class DifferentialTests
{
    private const int Policies = 15;
    private const int RequestsPerPolicy = 150;

    [Fact]
    public async Task Haproxy_finds_the_operation_that_the_matcher_finds_and_a_document_cannot_inject_anything()
    {
        using var issuer = new TestIssuer("http://localhost:5080", TimeProvider.System);
        await using var service = await UnprotectedService.StartAsync(routes => routes.Map("/{**rest}", context =>
        {
            context.Response.Headers[TestProvider.OperationHeader] = context.Request.Headers["Marketplace-Operation"].ToString();
            return Task.CompletedTask;
        }));
        var found = 0;
        foreach (var operations in HostilePolicies.Operations.Sample(Policies, 30))
        {
            var bitmap = OperationBitmap.Of(operations.Select(one => one.Index)).ToString();
            var policy = EnforcementPolicy.Snapshot(issuer.Issuer, TimeProvider.System.GetUtcNow()) with
            {
                BasePath = "",
                Operations = operations,
                Grants = [.. new[] { EnforcementPolicy.Client, "a b|1", "x\ny|2 0-9999999999", "#", "" }.Select(client => new PolicyGrant(client, bitmap, 0, long.MaxValue))],
            };
            await using var haproxy = await RunningHaproxy.StartAsync(policy, issuer.Jwks(), service.Port);
            var matcher = OperationMatcher.Of(policy);
            var token = issuer.Token(("ops", bitmap));
            foreach (var target in HostilePolicies.TargetNear(operations).Sample(RequestsPerPolicy, 30))
            {
                var expected = matcher.Match("GET", CanonicalPath.OfTarget(target));
                var answer = await RawHttp.SendAsync(haproxy.Port, "GET", target, ["Authorization: Bearer " + token]);
                var said = $"GET {target} among\n{string.Join('\n', operations.Select(one => $"  {one.Index} {one.Method} {one.Path}"))}\n{haproxy.Log}";
                Assert.True(expected.Reason == answer.Reason, $"{expected.Reason ?? "found"} expected, {answer.Reason ?? $"{answer.Status}"} came: {said}");
                if (expected.Found)
                    Assert.True(KeyOf(expected.Operation) == answer.Operation, $"{expected.Operation.Key} expected, {answer.Operation} came: {said}");
                found += expected.Found ? 1 : 0;
            }
        }

        Assert.True(found > Policies * RequestsPerPolicy / 10, $"Only {found} requests meant an operation: the test has lost its grip.");
    }

    private static string KeyOf(PolicyOperation operation) => string.Concat(System.Text.Encoding.UTF8.GetBytes(operation.Key)
        .Select(b => b is > 0x20 and < 0x7f && b != '%' && b != '|' ? ((char)b).ToString() : $"%{b:X2}"));
}
