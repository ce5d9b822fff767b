namespace Marketplace.Contracts.Rest;

/// <summary>Something that documents should be.</summary>
/// <param name="Name">As rulesets name it.</param>
/// <param name="Family"><c>marketplace:oas</c> or <c>marketplace:company</c>.</param>
/// <param name="Severity">Its default: <c>hint</c>, <c>info</c>, <c>warn</c> or <c>error</c>.</param>
/// <param name="Recommended">Extending its family turns it on.</param>
/// <param name="Says">What the document should be.</param>
public sealed record RuleBody(string Name, string Family, string Severity, bool Recommended, string Says);

/// <summary>One place where a document is not as it should be.</summary>
/// <param name="Rule">Which rule says so.</param>
/// <param name="Severity"><c>error</c>, <c>warn</c>, <c>info</c> or <c>hint</c>, as the ruleset has it for this API.</param>
/// <param name="Message">What to do.</param>
/// <param name="Pointer">RFC 6901, as a fragment.</param>
/// <param name="Line">From 1, in the document as it was given.</param>
/// <param name="Column">From 1.</param>
public sealed record FindingBody(string Rule, string Severity, string Message, string Pointer, int Line, int Column);

/// <summary>What the ruleset in effect finds in a document: the same for a published one and for one that is only looked at.</summary>
/// <param name="Accepted">Publishing it goes through, or did.</param>
/// <param name="Problems">Why it does not.</param>
/// <param name="Ruleset">Which ruleset; 0 for the built-in one.</param>
/// <param name="Score">0 to 100; null when the document cannot be read.</param>
/// <param name="Errors">How many findings of this severity.</param>
/// <param name="Warnings">How many findings of this severity.</param>
/// <param name="Infos">How many findings of this severity.</param>
/// <param name="Hints">How many findings of this severity.</param>
/// <param name="Items">The findings of this page, the gravest first.</param>
/// <param name="Page">Which page, from 1.</param>
/// <param name="Limit">How many a page has.</param>
/// <param name="Total">How many findings there are to page through.</param>
public sealed record FindingsBody(
    bool Accepted, IReadOnlyList<ProblemError> Problems, int Ruleset, int? Score, int Errors, int Warnings, int Infos, int Hints,
    IReadOnlyList<FindingBody> Items, int Page, int Limit, int Total);

/// <summary>How a revision scored.</summary>
/// <param name="Revision">Its number.</param>
/// <param name="Ruleset">By which ruleset.</param>
/// <param name="Score">0 to 100.</param>
/// <param name="Errors">How many.</param>
/// <param name="Warnings">How many.</param>
/// <param name="PublishedAt">When.</param>
public sealed record ScoreBody(int Revision, int Ruleset, int Score, int Errors, int Warnings, DateTimeOffset PublishedAt);

/// <summary>The scores of the last revisions.</summary>
/// <param name="Formula">How a score is counted.</param>
/// <param name="Scores">The oldest first.</param>
public sealed record ScoresBody(string Formula, IReadOnlyList<ScoreBody> Scores);

/// <summary>Writes a new version of the ruleset.</summary>
/// <param name="Text">YAML: extends, rules, overrides, block.</param>
/// <param name="Reason">Why.</param>
/// <param name="BasedOn">The newest version that you have seen; if another is newest by now, nothing is written (409).</param>
public sealed record NewRulesetBody(string Text, string Reason, int? BasedOn = null);

/// <summary>Puts a ruleset into effect.</summary>
/// <param name="Reason">Why.</param>
public sealed record RulesetEffectBody(string Reason);

/// <summary>A version of the ruleset in a list.</summary>
/// <param name="Number">0 for the built-in one.</param>
/// <param name="Reason">Why it was written.</param>
/// <param name="WrittenBy">By whom.</param>
/// <param name="WrittenAt">When.</param>
/// <param name="InEffect">It holds now.</param>
/// <param name="LastPutAt">When it was last put into effect.</param>
public sealed record RulesetSummaryBody(int Number, string Reason, string? WrittenBy, DateTimeOffset? WrittenAt, bool InEffect, DateTimeOffset? LastPutAt);

/// <summary>A version of the ruleset.</summary>
/// <param name="Number">0 for the built-in one.</param>
/// <param name="Reason">Why it was written.</param>
/// <param name="WrittenBy">By whom.</param>
/// <param name="WrittenAt">When.</param>
/// <param name="InEffect">It holds now.</param>
/// <param name="Text">YAML.</param>
/// <param name="Trial">Its newest trial; null when it was never tried.</param>
public sealed record RulesetBody(
    int Number, string Reason, string? WrittenBy, DateTimeOffset? WrittenAt, bool InEffect, string Text, RulesetTrialBody? Trial);

/// <summary>A ruleset tried against the whole catalog.</summary>
/// <param name="State"><c>waiting</c>, <c>running</c>, <c>done</c> or <c>failed</c>.</param>
/// <param name="Done">Lines tried so far.</param>
/// <param name="Total">Of so many.</param>
/// <param name="NewlyFailing">APIs that would have errors by rules by which they have none now.</param>
/// <param name="Teams">Of so many teams.</param>
/// <param name="NoLongerFailing">APIs that would lose their last error.</param>
/// <param name="AskedAt">When.</param>
/// <param name="FinishedAt">Null while it runs.</param>
public sealed record RulesetTrialBody(
    string State, int Done, int Total, int NewlyFailing, int Teams, int NoLongerFailing, DateTimeOffset AskedAt, DateTimeOffset? FinishedAt);

/// <summary>A line that a ruleset would newly fail.</summary>
/// <param name="Api">The API.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Version">The line.</param>
/// <param name="Team">Whose it is.</param>
/// <param name="Errors">How many it would have.</param>
/// <param name="ScoreNow">0 to 100.</param>
/// <param name="ScoreThen">0 to 100.</param>
/// <param name="Rules">Which rules would fail it.</param>
public sealed record TriedLineBody(string Api, string Title, string Version, string Team, int Errors, int ScoreNow, int ScoreThen, IReadOnlyList<string> Rules);

/// <summary>How the catalog, or a team's part of it, stands by the rules.</summary>
/// <param name="Ruleset">Which holds; 0 for the built-in one.</param>
/// <param name="Lines">How many lines have been looked at.</param>
/// <param name="Failing">How many of these have errors.</param>
/// <param name="AverageScore">Null when there are none.</param>
/// <param name="Rules">What is found most.</param>
public sealed record GuardrailsBody(int Ruleset, int Lines, int Failing, double? AverageScore, IReadOnlyList<CommonRuleBody> Rules);

/// <summary>How often a rule finds something.</summary>
/// <param name="Rule">Its name.</param>
/// <param name="Severity">As the ruleset has it.</param>
/// <param name="Lines">In so many lines.</param>
/// <param name="Count">So often altogether.</param>
public sealed record CommonRuleBody(string Rule, string Severity, int Lines, long Count);

/// <summary>A line and its score.</summary>
/// <param name="Api">The API.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Version">The line.</param>
/// <param name="Team">Whose it is.</param>
/// <param name="Score">0 to 100.</param>
/// <param name="Errors">How many.</param>
/// <param name="Warnings">How many.</param>
public sealed record ScoredLineBody(string Api, string Title, string Version, string Team, int Score, int Errors, int Warnings);
