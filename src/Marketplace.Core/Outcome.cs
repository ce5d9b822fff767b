using System.Diagnostics.CodeAnalysis;

namespace Marketplace.Core;

/// <summary>Why something asked for was not done, in a sentence that says what to do.</summary>
/// <param name="Code">Stable, for programs: <c>snake_case</c>.</param>
/// <param name="Message">For people.</param>
/// <param name="Field">The input that it is about, as the REST body names it.</param>
public sealed record Problem(string Code, string Message, string? Field = null)
{
    public const string NotFound = "not_found";
    public const string Forbidden = "forbidden";
    public const string Conflict = "conflict";

    /// <summary>More than one person needs; later it goes through.</summary>
    public const string TooMany = "too_many_requests";
}

/// <summary>The value, or every problem found. Faults are exceptions; this is for what a caller can mend.</summary>
public sealed class Outcome<T>
{
    private Outcome(T? value, IReadOnlyList<Problem> problems) => (Value, Problems) = (value, problems);

    public T? Value { get; }

    public IReadOnlyList<Problem> Problems { get; }

    [MemberNotNullWhen(true, nameof(Value))]
    public bool Succeeded => Problems.Count == 0;

    public static implicit operator Outcome<T>(T value) => new(value, []);

    public static implicit operator Outcome<T>(Problem problem) => new(default, [problem]);

    public static implicit operator Outcome<T>(List<Problem> problems) =>
        problems.Count > 0 ? new(default, problems) : throw new ArgumentException("A failure needs a problem.", nameof(problems));

    public Outcome<TOther> Failed<TOther>() => new List<Problem>(Problems);
}
