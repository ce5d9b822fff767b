using Marketplace.Tokens.Clients;
using Marketplace.Tokens.Snapshot;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Marketplace.Tokens.Issue;

/// <summary>What every endpoint for clients begins with: a policy to judge by, a readable body, and a client that is who it says.</summary>
internal sealed partial class ClientRequests(
    CurrentSnapshot current, ClientAuthenticator authenticator, FailureDelay delay, TokenMetrics metrics, ILogger<ClientRequests> logger)
{
    /// <summary>Null where it has been answered already.</summary>
    public async ValueTask<ClientRequest?> AcceptAsync(HttpContext context)
    {
        OAuthAnswer.ForbidStoring(context);
        if (current.Value is not { } snapshot)
        {
            await OAuthAnswer.SendErrorAsync(context, TokenRefusal.NotReady);
            return null;
        }
        var (form, refusal) = await FormParameters.ReadAsync(context);
        if (form is not null)
        {
            var found = await authenticator.AuthenticateAsync(context, snapshot, form);
            if (found.Client is not null)
                return new ClientRequest(snapshot, form, found.Client, found.Binding);
            refusal = found.Refusal;
            if (refusal == TokenRefusal.InvalidClient
                && !await delay.WaitAsync(context.Connection.RemoteIpAddress, found.Claimed, context.RequestAborted))
                refusal = TokenRefusal.TooMany;
        }
        await RefuseAsync(context, refusal!, null);
        return null;
    }

    public Task RefuseAsync(HttpContext context, TokenRefusal refusal, Client? client)
    {
        metrics.Refused(client, refusal);
        Log.Refused(logger, context.Request.Path, client?.ClientId ?? "(unknown)", refusal.Error, refusal.Description);
        return OAuthAnswer.SendErrorAsync(context, refusal);
    }

    // Whoever sends nonsense writes no log: refusals are counted, with their reason, per application and minute.
    private static partial class Log
    {
        [LoggerMessage(EventId = 10, Level = LogLevel.Debug, Message = "{Path} refused {Client}: {Error}. {Description}")]
        public static partial void Refused(ILogger logger, string path, string client, string error, string description);
    }
}

/// <param name="Snapshot">The one policy that the whole request is judged by.</param>
/// <param name="Form">Its parameters.</param>
/// <param name="Client">Who asks.</param>
/// <param name="Certificate">Where a certificate proved it, what binds a token to that.</param>
internal sealed record ClientRequest(TokenSnapshot Snapshot, FormParameters Form, Client Client, TokenBinding? Certificate);
