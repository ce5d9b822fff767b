using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Core.Tests.Data;

public sealed class DataServicesTests
{
    [Fact]
    public async Task One_model_serves_the_data_sources_of_all_planes()
    {
        await using var one = NpgsqlDataSource.Create(PlaneData.UnderRole("Host=a;Database=b", Plane.Token));
        await using var other = NpgsqlDataSource.Create(PlaneData.UnderRole("Host=a;Database=b", Plane.Control));
        await using var first = Open(one);
        await using var second = Open(other);

        Assert.Same(first.Model, second.Model);
        Assert.NotEqual(first.Database.GetConnectionString(), second.Database.GetConnectionString());
    }

    private static MarketplaceDb Open(NpgsqlDataSource source) =>
        new((DbContextOptions<MarketplaceDb>)DataServices.Configure(new DbContextOptionsBuilder<MarketplaceDb>(), source).Options);
}
