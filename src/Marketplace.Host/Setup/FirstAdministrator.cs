using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Host.Setup;

public static class FirstAdministrator
{
    private const string UserName = "admin";

    /// <summary>While there is nobody yet, <c>admin</c> with the password of a secret file; the file does nothing later.</summary>
    public static async Task EnsureAdministratorAsync(this WebApplication app, HostSettings settings, CancellationToken cancellation = default)
    {
        if (settings.AdministratorPasswordFile is not { } file || !settings.Has(Plane.Governance)) return;
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<MarketplaceDb>>().CreateDbContextAsync(cancellation);
        if (await db.People.AnyAsync(cancellation)) return;
        if (!File.Exists(file)) throw new StartupException($"MARKETPLACE_ADMIN_PASSWORD_FILE names {file}, which is missing.");

        var password = (await File.ReadAllTextAsync(file, cancellation)).Trim();
        var founder = new Actor(Guid.Empty, "first start", PlatformRole.Administrator, "local");
        var made = await app.Services.GetRequiredService<CreatePerson>()
            .ExecuteAsync(founder, new(UserName, "Administrator", null, PlatformRole.Administrator, password), cancellation);
        // Another replica may have been first.
        if (!made.Succeeded && !made.Problems.All(problem => problem.Code == "user_name_taken"))
            throw new StartupException("The first administrator cannot be made: " + string.Join(' ', made.Problems.Select(problem => problem.Message)));
    }
}
