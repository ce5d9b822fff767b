using Marketplace.Core.People;
using Microsoft.AspNetCore.Identity;

namespace Marketplace.Portal.SignIn;

/// <summary>
/// Tells right from wrong, and nothing more: a stranger, a locked, a disabled person and a wrong password look the
/// same and take as long, so that nobody learns who has an account.
/// </summary>
internal sealed class PasswordCheck(UserManager<Person> people, SignInManager<Person> sessions, IPasswordHasher<Person> hasher)
{
    /// <summary>Hashing is slow by design: what is longer than this is nobody's password.</summary>
    private const int Longest = 256;

    private static string? decoy;

    public async Task<Person?> FindAsync(string userName, string password)
    {
        if (password.Length is 0 or > Longest || userName.Length is 0 or > Longest)
            return null;
        var person = await people.FindByNameAsync(userName.Trim());
        if (person?.PasswordHash is null)
        {
            Waste(password);
            return null;
        }

        var result = await sessions.CheckPasswordSignInAsync(person, password, lockoutOnFailure: true);
        if (result.IsNotAllowed || result.IsLockedOut)
            Waste(password);
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
