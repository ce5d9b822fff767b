using Marketplace.Core;
using Marketplace.Core.Data;
using Marketplace.Core.People.Accounts;
using Marketplace.Portal.Security;
using Marketplace.Portal.SignIn;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Portal.People;

/// <summary>Changes one's own password: whoever sits at an open browser or holds a token does not know the current one, and is locked out who guesses.</summary>
internal sealed class OwnPassword(PasswordCheck check, SetPassword set, IDbContextFactory<MarketplaceDb> databases)
{
    public const string CurrentField = "currentPassword";

    public async Task<Outcome<Guid>> ChangeAsync(HttpContext context, string current, string next, CancellationToken cancellation)
    {
        var actor = context.Actor();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var name = await db.People.Where(p => p.Id == actor.Id && p.PasswordHash != null).Select(p => p.UserName).SingleOrDefaultAsync(cancellation);
        if (name is null)
            return new Problem(Problem.Conflict, "Your account has no password: you sign in with your company account.", CurrentField);
        return await check.FindAsync(name, current) is null
            ? new Problem("password_wrong", "That is not your current password. After five failures in a row an account waits five minutes.", CurrentField)
            : await set.ExecuteAsync(actor, null, next, context.SessionId(), cancellation);
    }
}
