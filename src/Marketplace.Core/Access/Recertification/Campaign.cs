using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Access.Recertification;

/// <summary>
/// Somebody is asked about each grant of a scope, as it stood when the campaign was opened. Its items stand in the table
/// <c>campaign_item</c>, which is only ever read and written as a set.
/// </summary>
public sealed class Campaign
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Given by the database.</summary>
    public long Number { get; init; }
    public required string Name { get; init; }
    public Guid? ApiId { get; init; }
    public Guid? ApiVersionId { get; init; }
    public Guid? ApiTeamId { get; init; }
    public Guid? ApplicationId { get; init; }
    public Guid? ApplicationTeamId { get; init; }
    public Classification? Classification { get; init; }
    public string? Environment { get; init; }
    public required Reviewers Reviewers { get; init; }
    public required DateTimeOffset DueAt { get; init; }
    public required Guid OpenedBy { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    /// <summary>Whose own APIs it is about, where an owner opened it; null for everybody's.</summary>
    public Guid? OfOwner { get; init; }

    /// <summary>How many grants it asks about; until it is put together, how many it was to ask about.</summary>
    public int Items { get; set; }

    /// <summary>When it was put together, and could be answered.</summary>
    public DateTimeOffset? GatheredAt { get; set; }

    /// <summary>How many grants are put together.</summary>
    public int Gathered { get; set; }

    /// <summary>Up to which application.</summary>
    public Guid? GatheredAfter { get; set; }
    public DateTimeOffset? RemindedAt { get; set; }
    public DateTimeOffset? RemindedAgainAt { get; set; }
    public DateTimeOffset? EscalatedAt { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }
    public Guid? ClosedBy { get; set; }
    public string? CloseReason { get; set; }

    /// <summary>How many nobody had answered when it was closed.</summary>
    public int? Unanswered { get; set; }

    internal sealed class Table() : Mapping<Campaign>("campaign")
    {
        protected override void Map(EntityTypeBuilder<Campaign> entity)
        {
            entity.Property(c => c.Number).ValueGeneratedOnAdd();
            entity.HasOne<Person>().WithMany().HasForeignKey(c => c.OpenedBy);
        }
    }
}

/// <summary>Whose answer counts; that of a security officer always does.</summary>
public enum Reviewers
{
    /// <summary>The owners of the API's team.</summary>
    Owner,
    SecurityOfficer,
}

/// <summary>What became of an item.</summary>
public enum ItemAnswer
{
    Kept,
    Shortened,
    Revoked,

    /// <summary>Its grant ended elsewhere, so that nothing was left to answer.</summary>
    Ended,
}

/// <summary>What is known of a grant's use, the worst first.</summary>
public enum UseWord
{
    /// <summary>Held for 90 days or more, and never used.</summary>
    Never,

    /// <summary>Not used for 90 days.</summary>
    Unused,

    /// <summary>No data plane tells, or not for long enough.</summary>
    Unknown,

    /// <summary>Held for less than 90 days, and not used yet.</summary>
    New,

    /// <summary>Not used for 30 days.</summary>
    Seldom,
    Used,
}
