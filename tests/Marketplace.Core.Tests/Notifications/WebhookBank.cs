using System.Collections.Concurrent;
using System.Text;
using Marketplace.Core.Notifications;
using Marketplace.Core.Notifications.Outbox;
using Marketplace.Core.Notifications.Webhooks;
using Marketplace.Core.People;
using Marketplace.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Tests.Notifications;

/// <summary>One bank, and one receiver for all webhooks of a class, each under a path of its own.</summary>
public sealed class WebhookBank : IAsyncLifetime
{
    private readonly ConcurrentQueue<Posted> _posted = new();
    private int _made;

    public ConcurrentDictionary<string, Func<HttpContext, Task>> Answers { get; } = new(StringComparer.Ordinal);

    public Bank Bank { get; private set; } = null!;

    public KeySetServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await KeySetServer.StartAsync();
        Server.Answer = async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var headers = context.Request.Headers.Where(h => h.Key.StartsWith("webhook-", StringComparison.OrdinalIgnoreCase)).ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString(), StringComparer.Ordinal);
            _posted.Enqueue(new(context.Request.Path.Value!.TrimStart('/'), headers, Encoding.UTF8.GetString(body.ToArray())));
            if (Answers.TryGetValue(context.Request.Path.Value!.TrimStart('/'), out var answer))
                await answer(context);
        };
        Bank = await Bank.OpenAsync(
            await new PostgresFixture().CreateDatabaseAsync(), Server.Allowed with { WebhookHosts = Server.Allowed.AllowedInternalHosts, AllowedInternalHosts = [] },
            new TellingSettings { PublicUrl = "https://marketplace.bank.example" });
    }

    public async ValueTask DisposeAsync()
    {
        await Bank.DisposeAsync();
        await Server.DisposeAsync();
    }

    /// <summary>A team with an owner, and its webhook.</summary>
    public async Task<Hook> HookAsync(string? url = null, params IReadOnlyList<string> eventTypes)
    {
        var name = $"hook{++_made}";
        await using (var db = await Bank.OpenAsync())
        {
            var team = new Team { Name = name, Title = name, CreatedAt = Bank.Clock.GetUtcNow() };
            team.Memberships.Add(new() { TeamId = team.Id, PersonId = Bank.Carla.Id, Role = TeamRole.Owner });
            db.Add(team);
            await db.SaveChangesAsync();
        }

        var made = await Bank.Use<ChangeWebhook>().AddAsync(Bank.Carla, name, new(url ?? Server.Url.Replace("jwks.json", name, StringComparison.Ordinal), "A test", eventTypes, []), default);
        Assert.True(made.Succeeded, string.Join("; ", made.Problems));
        return new(name, made.Value.Id, made.Value.Secret);
    }

    public async Task TellAsync(Hook hook, string subject, string kind = NotificationKind.AccessRequested, string link = "/requests/7")
    {
        await using var db = await Bank.OpenAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var team = await db.Teams.SingleAsync(t => t.Name == hook.Team);
        await Inbox.TellAsync(db, Bank.Clock.GetUtcNow(), Bank.Carla, new(kind, subject, "What a person reads, and no program.", link), new() { OwnersOfTeams = [team.Id] }, default);
        await transaction.CommitAsync();
    }

    /// <summary>Every endpoint that is due has a turn.</summary>
    public async Task DeliverAsync()
    {
        var dispatcher = Bank.Use<WebhookDispatcher>();
        await Task.WhenAll((await dispatcher.TakeAsync(WebhookDispatcher.AtOnce, default)).Select(id => dispatcher.TurnAsync(id, default)));
    }

    public IReadOnlyList<Posted> To(Hook hook) => [.. _posted.Where(p => p.Path == hook.Team)];

    public async Task<DeliveryRow> DeliveryAsync(Hook hook) =>
        (await Bank.Use<WebhookReader>().DeliveriesAsync(Bank.Carla, hook.Team, hook.Id, null, new(), default))!.Items[0];

    public async Task<WebhookRow> RowAsync(Hook hook) => (await Bank.Use<WebhookReader>().ListAsync(Bank.Carla, hook.Team, default))!.Rows.Single();
}

public sealed record Hook(string Team, Guid Id, string Secret);

public sealed record Posted(string Path, IReadOnlyDictionary<string, string> Headers, string Body);
