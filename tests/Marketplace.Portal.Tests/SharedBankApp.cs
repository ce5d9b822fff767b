using Marketplace.Testing;

namespace Marketplace.Portal.Tests;

/// <summary>One app for all tests of a class: for those that change nothing that another of them reads.</summary>
public sealed class SharedBankApp : IAsyncLifetime
{
    public BankApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync() => App = await BankApp.OpenAsync(new PostgresFixture());

    public ValueTask DisposeAsync() => App.DisposeAsync();
}
