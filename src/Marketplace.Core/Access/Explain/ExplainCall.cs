using Marketplace.Contracts.Policy;
using Marketplace.Core.Access.Emergencies;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Core.Policy.Shadow;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Explain;

/// <summary>
/// Why a call is refused, or not. For the application's team, the API's team and who reads everything; for anybody else
/// an application that is there is like one that is not. A token is verified with the published keys, used and forgotten.
/// </summary>
public sealed class ExplainCall(IDbContextFactory<MarketplaceDb> databases, GrantReader grants, EmergencyReader emergencies, AuditIssuer issuer, TimeProvider clock)
{
    private static readonly Problem Unknown = new(
        Problem.NotFound, "There is no such application and API of which you may ask. Check the client id; the application's team, the API's team and platform roles may.", "application");

    public async Task<Outcome<Explained>> ExecuteAsync(Actor actor, CallQuestion question, CancellationToken cancellation)
    {
        question = question with { Method = question.Method?.Trim(), Target = question.Target?.Trim(), Application = question.Application?.Trim() };
        var now = clock.GetUtcNow();
        if (QuestionRules.Check(question, now) is { Count: > 0 } problems)
            return problems;
        var at = question.At ?? now;
        await using var db = await databases.CreateDbContextAsync(cancellation);

        PastedToken? token = null;
        if (question.Token is { Length: > 0 } pasted)
        {
            var reason = (string?)null;
            if (TokenText.TryRead(pasted, out var text, out reason))
                (token, reason) = PastedToken.Read(text, await CallFactsReader.KeysAsync(db, cancellation), issuer.Value);
            // It proves nothing, so nothing of the marketplace's is said but that.
            if (reason is not null)
            {
                return Answered(
                    new(reason, CallCause.TokenBad, ReasonWords.Of(reason) + TokenText.OtherIssuer(text, issuer.Value)) { At = at, Advice = [CallAdvice.FetchToken(null)] }, question);
            }
        }

        var client = token?.ClientId ?? (question.Application is { Length: > 0 } named ? named : null);
        var application = client is null ? null : await CallFactsReader.ApplicationAsync(db, actor, client, cancellation);
        if (application is null && token is not { ClientId: null })
            return Unknown;
        var lines = await LineFinder.FindAsync(db, actor, question, token?.Audience ?? question.Audience, application, cancellation);
        if (application is null || lines.Count == 0)
            return token is not null && (application is null || application.IsMine) ? WithoutLine(token, lines.Count == 0 ? null : lines[0], application, at, question)
                : application is { IsMine: true } ? new Problem("line_unknown", "Say which API and version was called: neither the names, the address nor a grant of this application tell.", "api") : Unknown;
        if (!application.IsMine)
        {
            var asked = lines;
            lines = [];
            foreach (var one in asked.Where(l => l.IsMine))
            {
                if (token is not null || await CallFactsReader.IsKnownAsync(db, one.Id, application.Id, cancellation))
                    lines.Add(one);
            }
        }

        if (lines.Count != 1)
            return lines.Count == 0 ? Unknown : new Explained(null, [.. lines.Select(l => l.Shown)]);
        return Answered(await AnswerAsync(db, actor, question, lines[0], application, token, at, now, cancellation), question);
    }

    private static async Task<ShadowMode?> ShadowAsync(MarketplaceDb db, AskedLine line, DateTimeOffset at, CancellationToken cancellation) =>
        line.CarriesGrants(at) || line.Lifecycle != Catalog.Lifecycle.Retired
            ? await db.ShadowModes.SingleOrDefaultAsync(s => s.ApiVersionId == line.Id && s.Environment == line.Environment && s.BeganAt <= at && s.Until > at, cancellation)
            : null;

    private async Task<Explanation> AnswerAsync(
        MarketplaceDb db, Actor actor, CallQuestion question, AskedLine line, AskedApplication application, PastedToken? token, DateTimeOffset at, DateTimeOffset now,
        CancellationToken cancellation)
    {
        var (match, removed, published) = await CallFactsReader.MatchAsync(db, line, question, cancellation);
        var granted = match.Operation is { } operation ? await CallFactsReader.GrantsAsync(db, line, application, operation.Index, at, cancellation) : [];
        var today = new CallFacts(line, application, token, question.Proven, match, removed is not null, granted);
        var facts = question.At is null ? today : today with
        {
            Application = await Earlier.OfAsync(db, application, at, cancellation),
            Grants = await Earlier.OfAsync(db, application, granted, at, cancellation),
        };
        var verdict = CallJudge.Of(facts, at);
        var shown = verdict.Grant ?? granted.FirstOrDefault();
        var row = shown is null ? null : await grants.FindAsync(actor, shown.Id, cancellation);
        var shadow = verdict.Reason is null ? null : await ShadowAsync(db, line, at, cancellation);
        var explanation = new Explanation(verdict.Reason, verdict.Cause, CallWords.Of(verdict, facts, row, at, now))
        {
            At = at,
            IsPast = question.At is not null,
            ReasonNow = CallJudge.Of(today, now).Reason,
            LetThrough = shadow is not null,
            ShadowUntil = shadow?.Until,
            Application = application.Shown,
            Line = line.Shown,
            Endpoint = (match.Operation ?? removed) is { } found ? new(found.Key, found.Method, found.Path) : null,
            Nearest = match.Found ? [] : CallWords.Nearest(question, line, published),
            Grant = row,
            HasCredential = !application.IsMine || await CallFactsReader.HasCredentialAsync(db, line, application, now, cancellation),
            PendingRequest = match.Operation is { } asked ? await CallFactsReader.PendingAsync(db, line, application, asked.Index, cancellation) : null,
            EmergencyHours = question.At is null && application.Shown.MayAsk && (verdict.Cause is CallCause.NeverGranted or CallCause.Expired) ? await EmergencyHoursAsync(actor, line, cancellation) : null,
            Token = token is null ? null : new(
                token.IssuedAt, DateTimeOffset.FromUnixTimeMilliseconds((long)(token.Times.Expires * 1000)), token.Revision,
                match.Operation is { } carried ? token.Operations.Contains(carried.Index) : null),
            Reach = CallWords.ChangedAt(verdict, facts) is { } changed && changed <= now ? await CallFactsReader.ReachAsync(db, line, changed, now, cancellation) : null,
        };
        return explanation with { Advice = CallAdvice.Of(explanation) };
    }

    private async Task<int?> EmergencyHoursAsync(Actor actor, AskedLine line, CancellationToken cancellation) =>
        (await emergencies.TermsAsync(actor, line.Api, line.Version, cancellation))?.Terms.SingleOrDefault(t => t.Environment == line.Environment)?.Hours;

    /// <summary>The token is for nothing that the question names or the marketplace knows, or not whole: no line decides that.</summary>
    private static Explained WithoutLine(PastedToken token, AskedLine? line, AskedApplication? application, DateTimeOffset at, CallQuestion question)
    {
        var reason = token.ReasonAgainst(line?.Audience, line?.Environment, at) ?? ReasonCode.TokenAudience;
        return Answered(
            new(reason, CallCause.TokenBad, ReasonWords.Of(reason))
            {
                At = at,
                Application = application is null ? null : application.Shown,
                Advice = [CallAdvice.FetchToken(line?.Audience)],
            },
            question);
    }

    private static Explained Answered(Explanation explanation, CallQuestion question) => new(
        explanation with { SeenMeans = question.Seen is { Length: > 0 } seen && seen != explanation.Reason && ReasonCode.IsKnown(seen) ? ReasonWords.Of(seen) : null }, []);
}
