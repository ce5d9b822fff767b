using Marketplace.Contracts.Rest;
using Marketplace.Core.Catalog.Rules;
using Marketplace.Core.Catalog.Rules.Findings;
using Marketplace.Core.Catalog.Rules.Rulesets;
using Marketplace.Core.Catalog.Rules.Runs;
using Marketplace.Core.Data;

namespace Marketplace.Portal.Catalog.Rules;

internal static class RuleBodyMap
{
    public static RuleBody Of(Rule rule) => new(rule.Name, rule.Family, StoredEnum.ToWord(rule.Default), rule.IsRecommended, rule.Says);

    public static FindingBody Of(Finding f) => new(f.Rule, StoredEnum.ToWord(f.Severity), f.Message, f.Pointer, f.Line, f.Column);

    public static RulesetSummaryBody Of(RulesetRow r) => new(r.Number, r.Reason, r.WrittenBy, r.WrittenAt, r.IsInEffect, r.LastPutAt);

    public static RulesetBody Of(RulesetDetails d) => new(
        d.Row.Number, d.Row.Reason, d.Row.WrittenBy, d.Row.WrittenAt, d.Row.IsInEffect, d.Text, d.Trial is null ? null : Of(d.Trial));

    public static RulesetTrialBody Of(RunView r) => new(
        StoredEnum.ToWord(r.State), r.Done, r.Total, r.NewlyFailing, r.Teams, r.NoLongerFailing, r.AskedAt, r.FinishedAt);

    public static TriedLineBody Of(TriedLine l) => new(l.Api, l.Title, l.Version, l.Team, l.ErrorsAfter, l.ScoreBefore, l.ScoreAfter, l.Rules);

    public static ScoredLineBody Of(ScoredLine l) => new(l.Api, l.Title, l.Version, l.Team, l.Score, l.Errors, l.Warnings);

    public static CommonRuleBody Of(CommonRule r) => new(r.Rule, StoredEnum.ToWord(r.Severity), r.Lines, r.Count);
}
