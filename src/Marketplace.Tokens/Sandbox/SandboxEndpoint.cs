using System.Buffers;
using Marketplace.Core.Access.Sandbox;
using Marketplace.Core.Catalog;
using Marketplace.Core.Keys;
using Marketplace.Jose;
using Marketplace.Tokens.Clients;
using Marketplace.Tokens.Issue;
using Marketplace.Tokens.Snapshot;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Tokens.Sandbox;

/// <summary>
/// POST /oauth/sandbox: governance, on behalf of a person, asks for a token as an application has it. No credential of
/// the application is involved; the statement is the proof, it passes once, and nothing but the sandbox is given.
/// </summary>
internal sealed class SandboxEndpoint(
    CurrentSnapshot current, MasterKey key, TokenWriter writer, ClientRequests requests, TimeProvider clock, TokenMetrics metrics)
{
    private const string Sender = "governance";

    private readonly ReplayGuard _replays = new(clock, TimeSpan.FromSeconds(2 * SandboxStatement.LifetimeSeconds));

    public async Task HandleAsync(HttpContext context)
    {
        OAuthAnswer.ForbidStoring(context);
        if (current.Value is not { } snapshot)
        {
            await OAuthAnswer.SendErrorAsync(context, TokenRefusal.NotReady);
            return;
        }
        var (form, refusal) = await FormParameters.ReadAsync(context);
        Client? client = null;
        var output = new ArrayBufferWriter<byte>(2048);
        if (form is not null)
            refusal = Issue(snapshot, form, output, out client);
        if (refusal is null)
            await OAuthAnswer.SendAsync(context, 200, output);
        else
            await requests.RefuseAsync(context, refusal, client);
    }

    private TokenRefusal? Issue(TokenSnapshot snapshot, FormParameters form, ArrayBufferWriter<byte> output, out Client? client)
    {
        client = null;
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        if (form["statement"] is not { } text || SandboxStatement.Open(text, key, now) is not { } statement
            || !_replays.TryUse(Sender, statement.Id.ToString()))
            return TokenRefusal.InvalidRequest("The statement is none of governance, has expired, or was used already.");
        if (!snapshot.Clients.TryGetValue(statement.ClientId, out client))
            return TokenRefusal.InvalidClient;
        var (content, refusal) = GrantSelection.Select(snapshot, client, new TokenRequest(statement.Resource, null, null), now);
        if (content is null)
            return refusal;
        if (content.Environment != DeploymentEnvironment.Sandbox)
            return TokenRefusal.InvalidTarget("Statements are for the sandbox alone.");
        writer.Write(output, snapshot, client, content, binding: null, now);
        metrics.Issued(client, content.Audience);
        return null;
    }
}
