using Marketplace.Core.Access.Emergencies;
using Marketplace.Core.People;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Access;

/// <summary>A bank of its own for each test, by the policy that a new marketplace has.</summary>
public abstract class EmergencyCase(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    protected Bank Bank { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Bank = await Bank.OpenAsync(postgres, ownersDecide: false);

    public ValueTask DisposeAsync() => Bank.DisposeAsync();

    protected Task<Outcome<TakenEmergency>> TakeAsync(Actor actor, params string[] operations) => Bank.Use<TakeEmergencyAccess>().ExecuteAsync(actor, Input(operations), default);

    protected Task<Outcome<TakenEmergency>> TakeAsync(string clientId, params string[] operations) =>
        Bank.Use<TakeEmergencyAccess>().ExecuteAsync(Bank.Carla, Input(operations) with { ClientId = clientId }, default);

    protected EmergencyInput Input(params string[] operations) =>
        new(Bank.App.ClientId, "payments", "v1", "production", operations, "Payments hang and customers wait.", "INC-4711", null);
}
