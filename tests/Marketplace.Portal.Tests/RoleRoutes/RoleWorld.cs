using Marketplace.Core;
using Marketplace.Core.Catalog;
using Marketplace.Core.People;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Portal.Tests.RoleRoutes;

/// <summary>
/// The bank with somebody for every column of the table. Team payments publishes, team channels consumes, team lending
/// has nothing to do with either. Everything that a call changes is made anew for the next.
/// </summary>
public sealed partial class RoleWorld : IAsyncLifetime
{
    private int _made;
    private bool _askedWho;

    public BankApp App { get; private set; } = null!;

    public Bank Bank => App.Bank;

    public RoleCallers Callers { get; private set; } = null!;

    public RolePeople People { get; private set; } = null!;

    public Actor Paula { get; private set; } = null!;

    private Actor SecondOfficer { get; set; } = null!;

    private Actor Noor { get; set; } = null!;

    private Actor Pia { get; set; } = null!;

    private Actor Lars { get; set; } = null!;

    private Actor Lea { get; set; } = null!;

    public async ValueTask InitializeAsync()
    {
        App = await BankApp.OpenAsync(new PostgresFixture());
        (Callers, People) = (new(App), new(this));
        Paula = await People.JoinAsync("paula", "payments", TeamRole.Developer);
        Noor = await People.JoinAsync("noor", BankApp.PlatformTeam, TeamRole.Owner);
        Pia = await People.JoinAsync("pia", BankApp.PlatformTeam, TeamRole.Developer);
        Lars = await People.JoinAsync("lars", "lending", TeamRole.Owner);
        Lea = await People.JoinAsync("lea", "lending", TeamRole.Developer);
        SecondOfficer = (await People.PersonAsync("sara")) with { Role = PlatformRole.SecurityOfficer };
        Done(await Bank.Use<CreateApi>().ExecuteAsync(Bank.Olivia, new("payments", "cards", "Cards", "", Classification.Internal), default));
        await PublishAsync("v1", asDraft: false);
        await PublishAsync("v9", asDraft: true);
    }

    public ValueTask DisposeAsync() => App.DisposeAsync();

    /// <summary>The row's call, and whether it is about the person in this column.</summary>
    public async Task<(Call Call, bool IsTheirs)> PrepareAsync(Row row, Column column)
    {
        _askedWho = false;
        var call = await row.Prepare(this, column);
        return (call, _askedWho);
    }

    public Actor? PersonIn(Column column, Side side)
    {
        _askedWho = true;
        return Who(column, side);
    }

    private Actor? Who(Column column, Side side) => column switch
    {
        Column.Anonymous => null,
        Column.Stranger => Bank.Stranger,
        Column.OtherDeveloper => Lea,
        Column.OtherOwner => Lars,
        Column.Developer => side switch { Side.Publishing => Paula, Side.Platform => Pia, _ => Bank.Dirk },
        Column.Owner => side switch { Side.Publishing => Bank.Olivia, Side.Platform => Noor, _ => Bank.Carla },
        Column.Administrator => Bank.Admin,
        Column.SecurityOfficer => Bank.SecurityOfficer,
        _ => Bank.Auditor,
    };

    /// <summary>
    /// What the audit trail says that the auditor changed, but for the own account. To ask in a campaign, and to take its
    /// answers or the trail along, is an auditor's work and changes nobody's access; to answer would.
    /// </summary>
    public async Task<IReadOnlyList<string>> ChangesOfAuditorAsync()
    {
        await using var db = await Bank.OpenAsync();
        return await db.AuditEvents.Where(e => e.ActorId == Bank.Auditor.Id && !e.Action.StartsWith("access_token.") && !e.Action.StartsWith("session.") && e.Action != "person.notifications_changed" && e.Action != "audit.exported"
            && e.Action != "recertification.opened" && e.Action != "recertification.closed" && e.Action != "recertification.exported").Select(e => e.Action).ToListAsync();
    }

    /// <summary>Whether something stands on the audit trail since then, but what signing in and making a token for the call itself left there.</summary>
    public async Task<bool> RecordedSinceAsync(string route, long head)
    {
        await using var db = await Bank.OpenAsync();
        var isToken = route.EndsWith("/access-tokens", StringComparison.Ordinal);
        return await db.AuditEvents.AnyAsync(e => e.Sequence > head && e.Action != "session.started" && (isToken || e.Action != "access_token.created"));
    }

    /// <summary>Events since then that leave untold what they changed.</summary>
    public async Task<IReadOnlyList<string>> UntoldSinceAsync(long head)
    {
        await using var db = await Bank.OpenAsync();
        return [.. (await db.AuditEvents.AsNoTracking().Where(e => e.Sequence > head).ToListAsync()).Select(ChangeEvents.Untold).OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    public string Fresh(string stem) => $"{stem}-{++_made}";

    internal static T Done<T>(Outcome<T> outcome) =>
        outcome.Succeeded ? outcome.Value : throw new InvalidOperationException(string.Join("; ", outcome.Problems));
}
