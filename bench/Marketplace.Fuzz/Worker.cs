using Marketplace.Jose;

namespace Marketplace.Fuzz;

/// <summary>One thread's share of the run.</summary>
internal sealed class Worker(Subjects subjects, Dice dice, long count)
{
    public Dictionary<string, long> Reasons { get; } = new(StringComparer.Ordinal);

    public List<string> Findings { get; } = [];

    public long Tried { get; private set; }

    public long Accepted { get; private set; }

    public long Threw { get; private set; }

    public void Run()
    {
        while (Tried < count)
        {
            // Every sixteenth is a proof that brings its own key.
            var isProof = dice.Below(16) == 0;
            var token = Mutation.Of(isProof ? subjects.Proof : dice.Of(subjects.Tokens), subjects, dice);
            // A mutation may by chance undo itself, or put a token together again.
            if (isProof ? token == subjects.Proof : subjects.Tokens.Contains(token))
                continue;
            Tried++;
            Try(token, isProof);
        }
    }

    private void Try(string token, bool isProof)
    {
        try
        {
            var reason = isProof ? TryProof(token) : subjects.Verifier.Verify(token, subjects.Expectation).Failure.ToString();
            Reasons[reason] = Reasons.GetValueOrDefault(reason) + 1;
            if (reason != nameof(JwsFailure.None))
                return;
            Accepted++;
            Findings.Add("accepted " + token);
        }
        catch (Exception e)
        {
            Threw++;
            Findings.Add($"{e.GetType().Name} {token}");
        }
    }

    private static string TryProof(string token) =>
        ProofOfPossession.TryVerify(token, Subjects.ProofType, out _, out _) ? nameof(JwsFailure.None) : "ProofRefused";
}
