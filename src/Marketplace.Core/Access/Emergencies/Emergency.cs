using Marketplace.Core.Applications;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Access.Emergencies;

public enum ReviewOutcome
{
    Justified,
    NotJustified,
}

/// <summary>
/// Access that somebody took in an incident without waiting for approvers. Its grants are ordinary ones of a request that
/// the approval policy let through; this says who, why, and what was found of it afterwards.
/// </summary>
public sealed class Emergency
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>What people call it: emergency 7. Given by the database.</summary>
    public long Number { get; init; }
    public required Guid AccessRequestId { get; init; }
    public required Guid ApplicationId { get; init; }
    public required Guid ApiVersionId { get; init; }
    public required string Environment { get; init; }
    public required int Endpoints { get; init; }
    public required string Incident { get; init; }
    public required string Reason { get; init; }

    /// <summary>The approval policy that permits it, and its sentence.</summary>
    public required int Policy { get; init; }
    public required string Sentence { get; init; }
    public required Guid TakenBy { get; init; }

    /// <summary>Everybody who was in the application's team then.</summary>
    public required Guid[] TakenWith { get; init; }
    public required DateTimeOffset TakenAt { get; init; }
    public required DateTimeOffset Until { get; init; }

    /// <summary>Somebody ended it before its time.</summary>
    public DateTimeOffset? EndedAt { get; set; }
    public Guid? EndedBy { get; set; }
    public string? EndReason { get; set; }

    /// <summary>Null until somebody has looked at it.</summary>
    public ReviewOutcome? Outcome { get; set; }
    public string? Review { get; set; }
    public Guid? ReviewedBy { get; set; }
    public DateTimeOffset? ReviewedAt { get; set; }

    /// <summary>How often somebody was told that it waits to be looked at, and when they are told next; never again once it was.</summary>
    public int Told { get; set; }
    public DateTimeOffset? TellAt { get; set; }
    public AccessRequest? AccessRequest { get; init; }
    public Application? Application { get; init; }
    public ApiVersion? ApiVersion { get; init; }

    /// <summary>For the audit trail and the pages.</summary>
    internal string Name => $"emergency {Number}";

    internal sealed class Table() : Mapping<Emergency>("emergency_access")
    {
        protected override void Map(EntityTypeBuilder<Emergency> entity)
        {
            entity.Property(e => e.Number).ValueGeneratedOnAdd();
            // Of two who look at it at once, one finds it done.
            entity.Property(e => e.Outcome).IsConcurrencyToken();
            entity.HasOne<Person>().WithMany().HasForeignKey(e => e.TakenBy);
        }
    }
}
