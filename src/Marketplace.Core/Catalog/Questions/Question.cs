using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Catalog.Questions;

/// <summary>Asked on an API by anybody who sees it.</summary>
public sealed class Question
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>In its address. Given by the database.</summary>
    public long Number { get; init; }
    public required Guid ApiId { get; init; }
    public required string Title { get; set; }
    public required string Markdown { get; set; }
    public required Guid AskedBy { get; init; }
    public required DateTimeOffset AskedAt { get; init; }
    public DateTimeOffset? EditedAt { get; set; }
    public Guid? AcceptedAnswerId { get; set; }
    public DateTimeOffset? RemovedAt { get; set; }
    public Api? Api { get; init; }
    public List<Answer> Answers { get; } = [];

    internal sealed class Table() : Mapping<Question>("question")
    {
        protected override void Map(EntityTypeBuilder<Question> entity)
        {
            entity.Property(q => q.Number).ValueGeneratedOnAdd();
            entity.HasOne<Person>().WithMany().HasForeignKey(q => q.AskedBy);
        }
    }
}

public sealed class Answer
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid QuestionId { get; init; }
    public required string Markdown { get; set; }
    public required Guid AnsweredBy { get; init; }
    public required DateTimeOffset AnsweredAt { get; init; }
    public DateTimeOffset? EditedAt { get; set; }
    public DateTimeOffset? RemovedAt { get; set; }
    public Question? Question { get; init; }

    internal sealed class Table() : Mapping<Answer>("answer")
    {
        protected override void Map(EntityTypeBuilder<Answer> entity)
        {
            entity.HasOne(a => a.Question).WithMany(q => q.Answers).HasForeignKey(a => a.QuestionId);
            entity.HasOne<Person>().WithMany().HasForeignKey(a => a.AnsweredBy);
        }
    }
}
