using Marketplace.Core;
using Npgsql;

namespace Marketplace.Portal.Rest;

/// <summary>U+0000 is text to JSON and to a query, and none to PostgreSQL: the sender's mistake, in whichever parameter it is.</summary>
internal static class UnstorableText
{
    public static Problem Problem { get; } = new(ProblemStatus.ParameterMalformed, "A text holds a NUL character (U+0000). Remove it.");

    public static bool Caused(Exception? fault) => (fault as PostgresException ?? fault?.InnerException as PostgresException)
        is { SqlState: PostgresErrorCodes.CharacterNotInRepertoire };
}
