using Npgsql;

namespace Marketplace.Core.Keys;

/// <summary>
/// Moves the signing keys on: what is due by schedule, and what somebody has asked for. One transaction under a lock
/// that every replica takes, so that they agree; what nobody changed costs one look.
/// </summary>
public sealed class SigningKeyRotation(NpgsqlDataSource database, MasterKey masterKey, SigningKeyTimes times, TimeProvider clock)
{
    /// <summary>Whether anything changed. Without keys yet there is nothing to do.</summary>
    public async Task<bool> StepAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var now = clock.GetUtcNow();
        var seen = await new SigningKeyTable(connection, masterKey).ReadAsync(cancellation);
        if (seen.Count == 0 || (!IsDue(seen, now) && (await WaitingAsync(connection, cancellation)).Count == 0))
            return false;
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var table = new SigningKeyTable(connection, masterKey);
        await table.LockAsync(cancellation);
        // Another replica may have been here meanwhile.
        var step = new Step(table, await table.ReadAsync(cancellation), times, now, cancellation);
        foreach (var asked in await WaitingAsync(connection, cancellation))
        {
            if (await step.AnswerAsync(asked.Kid, asked.Compromised, $"Asked for: {asked.Reason}"))
                await EndAsync(connection, asked.Id, now, cancellation);
        }
        await step.FollowScheduleAsync();
        if (step.Changed)
            await table.TellAsync(now, cancellation);
        await transaction.CommitAsync(cancellation);
        return step.Changed;
    }

    private bool IsDue(List<SigningKeyRow> keys, DateTimeOffset now)
    {
        var active = keys.Single(key => key.State == SigningKeyState.Active);
        var announced = keys.Find(key => key.State == SigningKeyState.Announced);
        return !keys.Exists(key => key.State == SigningKeyState.Standby)
            || (announced is null ? times.IsToAnnounce(active, now) : times.MayFollow(announced, active, now))
            || keys.Exists(key => times.IsOver(key, now));
    }

    private static async Task<List<(Guid Id, string Kid, bool Compromised, string Reason)>> WaitingAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var select = new NpgsqlCommand(
            "select id, kid, compromised, reason from signing_key_rotation where done_at is null order by requested_at", connection);
        await using var reader = await select.ExecuteReaderAsync(cancellation);
        var waiting = new List<(Guid, string, bool, string)>();
        while (await reader.ReadAsync(cancellation))
            waiting.Add((reader.GetGuid(0), reader.GetString(1), reader.GetBoolean(2), reader.GetString(3)));
        return waiting;
    }

    private static async Task EndAsync(NpgsqlConnection connection, Guid id, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var update = new NpgsqlCommand("update signing_key_rotation set done_at = $2 where id = $1", connection);
        update.Parameters.AddWithValue(id);
        update.Parameters.AddWithValue(now);
        await update.ExecuteNonQueryAsync(cancellation);
    }

    private sealed class Step(SigningKeyTable table, List<SigningKeyRow> keys, SigningKeyTimes times, DateTimeOffset now, CancellationToken cancellation)
    {
        private const string Schedule = "By schedule.";

        public bool Changed { get; private set; }

        /// <summary>Whether the key that was to be replaced is; it may have been already.</summary>
        public async Task<bool> AnswerAsync(string kid, bool compromised, string why)
        {
            var key = keys.Find(k => k.Kid == kid);
            if (key is { State: SigningKeyState.Active })
            {
                var successor = keys.Where(k => k.State is SigningKeyState.Standby or SigningKeyState.Announced).MinBy(k => k.PublishedAt);
                if (!compromised && (successor is null || !times.IsKnown(successor, now)))
                    return false;
                successor ??= await AddAsync(SigningKeyState.Standby, why);
                key = await ReplaceAsync(key, successor, why);
            }
            if (compromised && key is { State: SigningKeyState.Retired })
                await ForgetAsync(key, why);
            return true;
        }

        public async Task FollowScheduleAsync()
        {
            var active = keys.Single(key => key.State == SigningKeyState.Active);
            var announced = keys.Find(key => key.State == SigningKeyState.Announced);
            if (announced is null && times.IsToAnnounce(active, now))
                await AddAsync(SigningKeyState.Announced, Schedule);
            else if (announced is not null && times.MayFollow(announced, active, now))
                await ReplaceAsync(active, announced, Schedule);
            foreach (var old in keys.Where(key => times.IsOver(key, now)).ToList())
                await ForgetAsync(old, Schedule);
            if (!keys.Exists(key => key.State == SigningKeyState.Standby))
                await AddAsync(SigningKeyState.Standby, Schedule);
        }

        private async Task<SigningKeyRow> AddAsync(SigningKeyState state, string why)
        {
            var key = await table.InsertAsync(state, now, cancellation);
            await table.AuditAsync(state == SigningKeyState.Standby ? "signing_key.put_on_standby" : "signing_key.announced", key.Kid, why, null, now, cancellation);
            keys.Add(key);
            Changed = true;
            return key;
        }

        private async Task<SigningKeyRow> ReplaceAsync(SigningKeyRow active, SigningKeyRow successor, string why)
        {
            // In this order: there is one active key at any moment, and an index holds to that.
            await table.RetireAsync(active.Kid, now, cancellation);
            await table.ActivateAsync(successor.Kid, now, cancellation);
            await table.AuditAsync("signing_key.activated", successor.Kid, why, replaced: active.Kid, now, cancellation);
            var retired = active with { State = SigningKeyState.Retired, RetiredAt = now };
            keys[keys.IndexOf(active)] = retired;
            keys[keys.IndexOf(successor)] = successor with { State = SigningKeyState.Active, ActiveFrom = now };
            Changed = true;
            return retired;
        }

        private async Task ForgetAsync(SigningKeyRow key, string why)
        {
            await table.ForgetAsync(key.Kid, now, cancellation);
            await table.AuditAsync("signing_key.removed", key.Kid, why, null, now, cancellation);
            keys.Remove(key);
            Changed = true;
        }
    }
}
