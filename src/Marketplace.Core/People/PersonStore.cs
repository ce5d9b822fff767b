using Marketplace.Core.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.People;

/// <summary>
/// Lets ASP.NET Core's Identity keep its people in the table <c>person</c>. What counts failures is written by
/// statements of its own, so that many attempts at one moment are all counted.
/// </summary>
public sealed class PersonStore(IDbContextFactory<MarketplaceDb> contexts, TimeProvider time)
    : IUserPasswordStore<Person>, IUserSecurityStampStore<Person>, IUserLockoutStore<Person>
{
    public async Task<IdentityResult> CreateAsync(Person user, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.People.Add(user);
        await db.SaveChangesAsync(cancellationToken);
        return IdentityResult.Success;
    }

    public async Task<IdentityResult> UpdateAsync(Person user, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.People.Where(p => p.Id == user.Id).ExecuteUpdateAsync(
            set => set
                .SetProperty(p => p.UserName, user.UserName)
                .SetProperty(p => p.NormalizedUserName, user.NormalizedUserName)
                .SetProperty(p => p.DisplayName, user.DisplayName)
                .SetProperty(p => p.Email, user.Email)
                .SetProperty(p => p.PlatformRole, user.PlatformRole)
                .SetProperty(p => p.PasswordHash, user.PasswordHash)
                .SetProperty(p => p.SecurityStamp, user.SecurityStamp)
                .SetProperty(p => p.DisabledAt, user.DisabledAt),
            cancellationToken);
        return IdentityResult.Success;
    }

    /// <summary>A person stays, for the audit trail's sake, and can do nothing more.</summary>
    public async Task<IdentityResult> DeleteAsync(Person user, CancellationToken cancellationToken)
    {
        user.DisabledAt ??= time.GetUtcNow();
        return await UpdateAsync(user, cancellationToken);
    }

    public async Task<Person?> FindByIdAsync(string userId, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(userId, out var id))
            return null;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.People.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancellationToken);
    }

    public async Task<Person?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.People.AsNoTracking().SingleOrDefaultAsync(p => p.NormalizedUserName == normalizedUserName, cancellationToken);
    }

    public async Task<int> IncrementAccessFailedCountAsync(Person user, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var counts = await db.Database
            .SqlQuery<int>($"update person set access_failed_count = access_failed_count + 1 where id = {user.Id} returning access_failed_count as \"Value\"")
            .ToListAsync(cancellationToken);
        return user.AccessFailedCount = counts[0];
    }

    public async Task ResetAccessFailedCountAsync(Person user, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.People.Where(p => p.Id == user.Id).ExecuteUpdateAsync(set => set.SetProperty(p => p.AccessFailedCount, 0), cancellationToken);
        user.AccessFailedCount = 0;
    }

    public async Task SetLockoutEndDateAsync(Person user, DateTimeOffset? lockoutEnd, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.People.Where(p => p.Id == user.Id).ExecuteUpdateAsync(set => set.SetProperty(p => p.LockoutEnd, lockoutEnd), cancellationToken);
        user.LockoutEnd = lockoutEnd;
    }

    public Task<string> GetUserIdAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.Id.ToString());

    public Task<string?> GetUserNameAsync(Person user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.UserName);

    public Task SetUserNameAsync(Person user, string? userName, CancellationToken cancellationToken)
    {
        user.UserName = userName!;
        return Task.CompletedTask;
    }

    public Task<string?> GetNormalizedUserNameAsync(Person user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.NormalizedUserName);

    public Task SetNormalizedUserNameAsync(Person user, string? normalizedName, CancellationToken cancellationToken)
    {
        user.NormalizedUserName = normalizedName!;
        return Task.CompletedTask;
    }

    public Task<string?> GetPasswordHashAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.PasswordHash);

    public Task<bool> HasPasswordAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.PasswordHash is not null);

    public Task SetPasswordHashAsync(Person user, string? passwordHash, CancellationToken cancellationToken)
    {
        user.PasswordHash = passwordHash;
        return Task.CompletedTask;
    }

    public Task<string?> GetSecurityStampAsync(Person user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.SecurityStamp);

    public Task SetSecurityStampAsync(Person user, string stamp, CancellationToken cancellationToken)
    {
        user.SecurityStamp = stamp;
        return Task.CompletedTask;
    }

    public Task<int> GetAccessFailedCountAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.AccessFailedCount);

    public Task<bool> GetLockoutEnabledAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task SetLockoutEnabledAsync(Person user, bool enabled, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<DateTimeOffset?> GetLockoutEndDateAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.LockoutEnd);

    public void Dispose()
    {
    }
}
