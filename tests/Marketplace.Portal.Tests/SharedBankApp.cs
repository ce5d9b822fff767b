using Marketplace.Testing;

namespace Marketplace.Portal.Tests;

/// <summary>One app for all tests of a class or a collection: for those that change nothing that another of them reads.</summary>
public sealed class SharedBankApp : IAsyncLifetime
{
    public BankApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync() => App = await BankApp.OpenAsync(new PostgresFixture());

    public ValueTask DisposeAsync() => App.DisposeAsync();
}

/// <summary>For classes of a test or two, each of which keeps to its own room.</summary>
[CollectionDefinition(Name)]
public sealed class OneBankApp : ICollectionFixture<SharedBankApp>
{
    public const string Name = "one bank app";
}
