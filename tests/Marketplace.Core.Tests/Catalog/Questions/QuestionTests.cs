using Marketplace.Core.Catalog.Questions;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Catalog.Questions;

public sealed class QuestionTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Title = "How do I cancel a payment?";

    [Fact]
    public async Task The_team_is_told_of_a_question_the_asker_of_answers_and_the_accepted_one_stands_first()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var number = await AskAsync(bank, bank.Dirk);
        Assert.Equal(["Dirk Developer asks about Payments"], await SubjectsAsync(bank, bank.Olivia));
        Assert.Equal(["Dirk Developer asks about Payments"], await SubjectsAsync(bank, bank.Oscar));
        Assert.Empty(await SubjectsAsync(bank, bank.Dirk));

        await AnswerAsync(bank, bank.Stranger, number, "You cannot.");
        bank.Clock.Advance(TimeSpan.FromMinutes(1));
        var good = await AnswerAsync(bank, bank.Olivia, number, "DELETE /payments/{id}.");
        Assert.Equal(2, (await SubjectsAsync(bank, bank.Dirk)).Count);
        Assert.True((await bank.Use<AnswerQuestion>().AcceptAsync(bank.Dirk, "payments", number, good, default)).Succeeded);
        Assert.True((await bank.Use<AnswerQuestion>().AcceptAsync(bank.Dirk, "payments", number, good, default)).Succeeded);
        Assert.Single(await SubjectsAsync(bank, bank.Olivia), $"Your answer was accepted: {Title}");

        var question = await FindAsync(bank, bank.Carla, number);
        Assert.Equal("Olivia Owner True True, Stan Stranger False False", string.Join(", ", question!.Answers.Items.Select(a => $"{a.AnsweredBy} {a.Accepted} {a.ByOwnerTeam}")));
        Assert.Equal(0, (await bank.Use<QuestionReader>().ListAsync(bank.Carla, "payments", null, openOnly: true, new(), default))!.Total);
        Assert.Equal(1, (await bank.Use<QuestionReader>().ListAsync(bank.Carla, "payments", "CANCEL", openOnly: false, new(), default))!.Total);
    }

    [Fact]
    public async Task Everybody_changes_what_is_theirs_and_only_owners_moderate_with_a_reason()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var (ask, answer) = (bank.Use<AskQuestion>(), bank.Use<AnswerQuestion>());
        var number = await AskAsync(bank, bank.Dirk);
        var id = await AnswerAsync(bank, bank.Stranger, number, "Buy my product!");

        foreach (var other in new[] { bank.Carla, bank.Admin, bank.Auditor })
        {
            Assert.Equal(Problem.NotFound, Code(await answer.EditAsync(other, "payments", number, id, "Mine.", default)));
            Assert.Equal(Problem.NotFound, Code(await answer.RemoveAsync(other, "payments", number, id, "No.", default)));
            Assert.Equal(Problem.NotFound, Code(await ask.EditAsync(other, "payments", number, Title, "Mine.", default)));
            Assert.Equal(Problem.NotFound, Code(await answer.AcceptAsync(other, "payments", number, id, default)));
        }
        Assert.Equal("question_answered", Code(await ask.RemoveAsync(bank.Dirk, "payments", number, null, default)));
        Assert.Equal("reason_missing", Code(await answer.RemoveAsync(bank.Olivia, "payments", number, id, null, default)));
        Assert.True((await answer.AcceptAsync(bank.Olivia, "payments", number, id, default)).Succeeded);
        Assert.True((await answer.RemoveAsync(bank.Olivia, "payments", number, id, "Advertising.", default)).Succeeded);
        Assert.Contains("Advertising.", (await bank.Use<InboxReader>().ListAsync(bank.Stranger, false, new(), default)).Items.Single(n => n.Kind == NotificationKind.QuestionRemoved).Text, StringComparison.Ordinal);
        Assert.Equal("answer_unknown", Code(await answer.AcceptAsync(bank.Dirk, "payments", number, id, default)));
        Assert.Empty((await FindAsync(bank, bank.Dirk, number))!.Answers.Items);

        Assert.True((await ask.EditAsync(bank.Dirk, "payments", number, Title, "Solved.", default)).Succeeded);
        Assert.True((await ask.RemoveAsync(bank.Dirk, "payments", number, null, default)).Succeeded);
        Assert.Null(await FindAsync(bank, bank.Dirk, number));
        Assert.Equal(Problem.NotFound, Code(await answer.AnswerAsync(bank.Carla, "payments", number, "Late.", default)));
    }

    [Fact]
    public async Task Nobody_asks_on_what_they_cannot_see_and_an_auditor_asks_nothing()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var number = await AskAsync(bank, bank.Dirk);
        Assert.Equal(Problem.Forbidden, Code(await bank.Use<AskQuestion>().AskAsync(bank.Auditor, "payments", Title, "", default)));
        Assert.Equal(Problem.Forbidden, Code(await bank.Use<AnswerQuestion>().AnswerAsync(bank.Auditor, "payments", number, "So.", default)));
        await bank.Database.ExecuteAsync("update api_version set lifecycle = 'draft'");
        Assert.Equal(Problem.NotFound, Code(await bank.Use<AskQuestion>().AskAsync(bank.Dirk, "payments", Title, "", default)));
        Assert.Null(await FindAsync(bank, bank.Dirk, number));
    }

    [Fact]
    public async Task An_answer_to_another_question_cannot_be_accepted()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var (one, other) = (await AskAsync(bank, bank.Dirk), await AskAsync(bank, bank.Dirk));
        var id = await AnswerAsync(bank, bank.Olivia, other, "So.");
        Assert.Equal("answer_unknown", Code(await bank.Use<AnswerQuestion>().AcceptAsync(bank.Dirk, "payments", one, id, default)));
    }

    private static string Code<T>(Outcome<T> outcome) => Assert.Single(outcome.Problems).Code;

    [Fact]
    public async Task Nobody_fills_the_inboxes_of_others_with_questions_not_even_many_at_once()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var number = await AskAsync(bank, bank.Carla);
        await AnswerAsync(bank, bank.Dirk, number, "Not yet.");

        var asked = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => bank.Use<AskQuestion>().AskAsync(bank.Dirk, "payments", Title, "", default)));

        Assert.Equal(19, asked.Count(a => a.Succeeded));
        Assert.All(asked.Where(a => !a.Succeeded), a => Assert.Equal(Problem.TooMany, Code(a)));
        Assert.Equal(Problem.TooMany, Code(await bank.Use<AnswerQuestion>().AnswerAsync(bank.Dirk, "payments", number, "Or so.", default)));
        Assert.True((await bank.Use<AskQuestion>().AskAsync(bank.Stranger, "payments", Title, "", default)).Succeeded);
        bank.Clock.Advance(TimeSpan.FromHours(1));
        Assert.True((await bank.Use<AskQuestion>().AskAsync(bank.Dirk, "payments", Title, "", default)).Succeeded);
    }

    private static async Task<long> AskAsync(Bank bank, Actor actor) => (await bank.Use<AskQuestion>().AskAsync(actor, "payments", Title, "", default)).Value;

    private static async Task<Guid> AnswerAsync(Bank bank, Actor actor, long number, string markdown) =>
        (await bank.Use<AnswerQuestion>().AnswerAsync(actor, "payments", number, markdown, default)).Value;

    private static Task<QuestionDetails?> FindAsync(Bank bank, Actor actor, long number) => bank.Use<QuestionReader>().FindAsync(actor, "payments", number, new(), default);

    private static async Task<List<string>> SubjectsAsync(Bank bank, Actor actor) =>
        [.. (await bank.Use<InboxReader>().ListAsync(actor, false, new(), default)).Items.Select(n => n.Subject)];
}
