namespace Marketplace.Core.Notifications;

/// <summary>Who is told, by what they are to the thing; whoever fits twice is told once. All of it is resolved in the database.</summary>
public sealed record Recipients
{
    public IReadOnlyCollection<Guid> People { get; init; } = [];

    /// <summary>Every member of these teams.</summary>
    public IReadOnlyCollection<Guid> Teams { get; init; } = [];

    /// <summary>The owners of these teams.</summary>
    public IReadOnlyCollection<Guid> OwnersOfTeams { get; init; } = [];

    /// <summary>Members of the teams whose applications hold standing grants on these operations.</summary>
    public IReadOnlyCollection<Guid> ConsumersOfOperations { get; init; } = [];

    /// <summary>Members of the teams whose applications hold standing grants in these lines.</summary>
    public IReadOnlyCollection<Guid> ConsumersOfVersions { get; init; } = [];

    /// <summary>Those who subscribed to changes of these APIs.</summary>
    public IReadOnlyCollection<Guid> SubscribersOfApis { get; init; } = [];

    /// <summary>Not those who hold standing grants on these operations: they are told more of the same thing.</summary>
    public IReadOnlyCollection<Guid> ButConsumersOfOperations { get; init; } = [];
}
