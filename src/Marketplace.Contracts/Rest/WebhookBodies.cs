namespace Marketplace.Contracts.Rest;

/// <summary>A team's webhooks.</summary>
/// <param name="Items">The oldest first.</param>
public sealed record WebhooksBody(IReadOnlyList<WebhookBody> Items);

/// <summary>Where a team's programs are told.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Url">Where it posts.</param>
/// <param name="Description">What is there.</param>
/// <param name="EventTypes">Such as <c>access.requested</c>; empty for every one.</param>
/// <param name="Apis">APIs whose changes it is told of, besides what the team is told.</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="On">Whether anything is delivered.</param>
/// <param name="OffBecause"><c>by_hand</c>, <c>failing</c> or <c>gone</c>.</param>
/// <param name="FailingSince">The first failure since it last took something.</param>
/// <param name="DeliveredAt">When it last took something.</param>
/// <param name="OldSecretUntil">Until when the secret before this one signs as well.</param>
/// <param name="Waiting">Deliveries that wait.</param>
public sealed record WebhookBody(
    Guid Id, string Url, string Description, IReadOnlyList<string> EventTypes, IReadOnlyList<string> Apis, DateTimeOffset CreatedAt, bool On, string? OffBecause,
    DateTimeOffset? FailingSince, DateTimeOffset? DeliveredAt, DateTimeOffset? OldSecretUntil, int Waiting);

/// <summary>A webhook to be.</summary>
/// <param name="Url">Where to post; https.</param>
/// <param name="Description">What is there.</param>
/// <param name="EventTypes">Left out or empty: every one.</param>
/// <param name="Apis">Names of APIs to follow.</param>
public sealed record NewWebhookBody(string Url, string? Description = null, IReadOnlyList<string>? EventTypes = null, IReadOnlyList<string>? Apis = null);

/// <summary>A webhook and its secret, which is shown this once.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Secret">What signs, as Standard Webhooks writes it: <c>whsec_…</c>.</param>
public sealed record CreatedWebhookBody(Guid Id, string Secret);

/// <summary>Turns a webhook on or off.</summary>
/// <param name="On">Whether anything is delivered.</param>
public sealed record WebhookSwitchBody(bool On);

/// <summary>One webhook is told one thing.</summary>
/// <param name="Id">For replaying it.</param>
/// <param name="MessageId">The header webhook-id, the same each time.</param>
/// <param name="Type">The event type.</param>
/// <param name="Subject">What happened.</param>
/// <param name="Link">A path of the portal.</param>
/// <param name="At">When it was told.</param>
/// <param name="State"><c>waiting</c>, <c>delivered</c> or <c>failed</c>.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="TriedAt">When it was last tried.</param>
/// <param name="NextAt">Not again before; null when it is over.</param>
/// <param name="Status">The status of the last answer; null where nobody answered.</param>
/// <param name="Answer">The beginning of the last answer, or why nobody was heard.</param>
public sealed record WebhookDeliveryBody(
    Guid Id, string MessageId, string Type, string Subject, string Link, DateTimeOffset At, string State, int Attempts, DateTimeOffset? TriedAt, DateTimeOffset? NextAt, int? Status,
    string? Answer);

/// <summary>Asks for everything since a time again.</summary>
/// <param name="Since">A time in the past.</param>
public sealed record NewReplayBody(DateTimeOffset Since);

/// <summary>What is delivered again.</summary>
/// <param name="Deliveries">How many.</param>
public sealed record ReplayedBody(int Deliveries);

/// <summary>How the ways work by which people and programs are told.</summary>
/// <param name="Mail">E-mail.</param>
/// <param name="GivenUp">E-mails of 30 days that no server would take; the newest 50.</param>
/// <param name="Webhooks">How many there are.</param>
/// <param name="WaitingDeliveries">Deliveries to webhooks that wait.</param>
/// <param name="OldestDeliverySeconds">How long the oldest of them does.</param>
/// <param name="FailingWebhooks">Those that take nothing, or were turned off for it.</param>
public sealed record ChannelsBody(
    MailChannelBody Mail, IReadOnlyList<GivenUpMailBody> GivenUp, int Webhooks, long WaitingDeliveries, double OldestDeliverySeconds, IReadOnlyList<FailingWebhookBody> FailingWebhooks);

/// <summary>E-mail.</summary>
/// <param name="Server">Host and port; null: it is not set up.</param>
/// <param name="From">The sender.</param>
/// <param name="FailingSince">Since when the server takes nothing.</param>
/// <param name="Answer">What it said, when it failed.</param>
/// <param name="SentAt">When it last took something.</param>
/// <param name="Waiting">E-mails that wait.</param>
/// <param name="OldestSeconds">How long the oldest of them does.</param>
public sealed record MailChannelBody(string? Server, string? From, DateTimeOffset? FailingSince, string? Answer, DateTimeOffset? SentAt, long Waiting, double OldestSeconds);

/// <summary>An e-mail that no server would take.</summary>
/// <param name="UserName">To whom.</param>
/// <param name="Email">Their address.</param>
/// <param name="At">When it was given up.</param>
/// <param name="Answer">What the server said.</param>
public sealed record GivenUpMailBody(string UserName, string? Email, DateTimeOffset At, string? Answer);

/// <summary>A webhook that takes nothing.</summary>
/// <param name="Id">The webhook.</param>
/// <param name="Team">Whose it is.</param>
/// <param name="Url">Where it posts.</param>
/// <param name="FailingSince">Since when.</param>
/// <param name="OffBecause">Why it was turned off, if it was.</param>
public sealed record FailingWebhookBody(Guid Id, string Team, string Url, DateTimeOffset? FailingSince, string? OffBecause);
