using Marketplace.Core.People;
using Marketplace.Core.People.Sessions;
using Microsoft.AspNetCore.Identity;

namespace Marketplace.Portal.SignIn;

/// <summary>
/// Tells right from wrong, and nothing more: a stranger, a locked, a disabled person, one who may not come
/// in by password and a wrong password look the same and take as long, so that nobody learns who has an account.
/// </summary>
internal sealed class PasswordCheck(UserManager<Person> people, SignInManager<Person> sessions, IPasswordHasher<Person> hasher, SignInRules rules, FailedSignIns failed)
{
    /// <summary>Hashing is slow by design: what is longer than this is nobody's password.</summary>
    private const int Longest = 256;

    private static string? decoy;

    /// <summary>Strangers may make us hash: it never takes more than half of the processors, so that the rest goes on.</summary>
    private static readonly SemaphoreSlim Turns = new(Math.Max(1, Environment.ProcessorCount / 2));

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public async Task<Person?> FindAsync(string userName, string password)
    {
        if (password.Length is 0 or > Longest || userName.Length is 0 or > Longest || !await Turns.WaitAsync(Patience))
            return null;
        try
        {
            return await CheckAsync(userName, password);
        }
        finally
        {
            Turns.Release();
        }
    }

    private async Task<Person?> CheckAsync(string userName, string password)
    {
        var person = await people.FindByNameAsync(userName.Trim());
        if (person?.PasswordHash is null || !rules.MayUsePassword(person.UserName))
        {
            Waste(password);
            return null;
        }

        // Asked before the check, which hashes nothing then; the failure that locks has hashed already, and twice would show.
        if (!await sessions.CanSignInAsync(person) || await people.IsLockedOutAsync(person))
        {
            Waste(password);
            return null;
        }

        var failures = person.AccessFailedCount;
        var result = await sessions.CheckPasswordSignInAsync(person, password, lockoutOnFailure: true);
        var source = sessions.Context.Connection.RemoteIpAddress?.ToString() ?? "unknown";
        if (result.IsLockedOut)
            await failed.LockedOutAsync(person, failures + 1, source, sessions.Context.RequestAborted);
        else if (result.Succeeded && failures > 0)
            await failed.BeforeSuccessAsync(person, failures, source, sessions.Context.RequestAborted);
        return result.Succeeded ? person : null;
    }

    private void Waste(string password)
    {
        var nobody = new Person
        {
            UserName = "",
            NormalizedUserName = "",
            DisplayName = "",
            SecurityStamp = "",
            CreatedAt = default,
        };
        decoy ??= hasher.HashPassword(nobody, Guid.NewGuid().ToString());
        hasher.VerifyHashedPassword(nobody, decoy, password);
    }
}
