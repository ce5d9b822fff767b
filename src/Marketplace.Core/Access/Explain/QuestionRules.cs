using Marketplace.Contracts.Policy;

namespace Marketplace.Core.Access.Explain;

internal static class QuestionRules
{
    private const int LongestToken = 16_000;

    public static List<Problem> Check(CallQuestion question, DateTimeOffset now)
    {
        var problems = new List<Problem>();
        if (string.IsNullOrEmpty(question.Application) && string.IsNullOrEmpty(question.Token))
            problems.Add(new("application_missing", "Give the client id of the application that called, or paste the token it called with.", "application"));
        if (question.Token?.Length > LongestToken)
            problems.Add(new("token_too_long", "That is longer than any token. Paste the token alone, or the Authorization header.", "token"));
        if (string.IsNullOrEmpty(question.Operation) || !string.IsNullOrEmpty(question.Target))
        {
            if (question.Method is not { Length: > 0 and <= 40 })
                problems.Add(new("method_missing", "Give the method of the call, such as GET.", "method"));
            if (question.Target is not { Length: > 0 and <= CallQuestion.LongestTarget })
                problems.Add(new("path_missing", "Give the path or the whole URL of the call, at most 4000 characters.", "path"));
        }

        if (question.Version is { Length: > 0 } && string.IsNullOrEmpty(question.Api))
            problems.Add(new("api_missing", "Say which API the version is of, or leave both out.", "api"));
        if (question.Api is { Length: > 0 } && string.IsNullOrEmpty(question.Version))
            problems.Add(new("version_missing", "Say which version of the API was called, or leave both out.", "version"));
        if (question.At > now)
            problems.Add(new("at_future", "Give a time that has passed, or none for now.", "at"));
        if (question.Seen is { Length: > 0 } seen && !ReasonCode.IsKnown(seen))
            problems.Add(new("reason_unknown", "That is no reason code. Look in the Marketplace-Reason header of the answer.", "reason"));
        return problems;
    }
}
