using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Marketplace.Core.Catalog.Rules.Schemas;

/// <summary>
/// What holding all examples of one document against their schemas may cost. Each pattern and each example has a bound of
/// its own, but a document holds a hundred thousand of them, and other publishers wait behind it.
/// </summary>
internal sealed class Effort
{
    private const long MaxSteps = 5_000_000;
    private static readonly TimeSpan TextTime = TimeSpan.FromSeconds(2);

    private long _steps;
    private TimeSpan _onText;

    /// <summary>Nothing more is checked; what was found so far stays.</summary>
    public bool IsSpent => _steps > MaxSteps || _onText > TextTime;

    public void Spend(long steps) => _steps += steps;

    /// <summary>A stranger's pattern on a stranger's text; what takes too long to tell matches.</summary>
    public bool Matches(Regex pattern, string text) => Timed((pattern, text), true, static x => IsMatch(x.pattern, x.text));

    public bool Holds(string format, string text) => Timed((format, text), true, static x => Formats.Holds(x.format, x.text));

    /// <param name="input">Of the work.</param>
    /// <param name="otherwise">The answer when no time is left.</param>
    /// <param name="work">What takes as long as a stranger's text makes it.</param>
    public TAnswer Timed<TInput, TAnswer>(TInput input, TAnswer otherwise, Func<TInput, TAnswer> work)
    {
        if (IsSpent)
            return otherwise;
        var start = Stopwatch.GetTimestamp();
        var answer = work(input);
        _onText += Stopwatch.GetElapsedTime(start);
        return answer;
    }

    private static bool IsMatch(Regex pattern, string text)
    {
        try
        {
            return pattern.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return true;
        }
    }
}
