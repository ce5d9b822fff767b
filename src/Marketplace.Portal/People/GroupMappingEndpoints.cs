using Marketplace.Contracts.Rest;
using Marketplace.Core;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Core.People.Company;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.People;

/// <summary>What the groups of the company's identity provider give.</summary>
internal static class GroupMappingEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var mappings = rest.MapGroup("/group-mappings").WithTags("People");
        mappings.MapGet("", ListAsync).WithName("listGroupMappings")
            .WithSummary("What the groups of the identity provider give. For platform roles.").Produces<PageBody<GroupMappingBody>>();
        mappings.MapPost("", AddAsync).WithName("addGroupMapping")
            .WithSummary("Say what a group gives, from each person's next sign-in on. For administrators.").Produces<CreatedGroupMappingBody>(StatusCodes.Status201Created);
        mappings.MapDelete("/{id:guid}", RemoveAsync).WithName("removeGroupMapping")
            .WithSummary("A group gives this no more, from each person's next sign-in on. For administrators.").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ListAsync(ChangeGroupMapping mappings, HttpContext context, int? page, int? limit, CancellationToken cancellation)
    {
        if (!context.Actor().ReadsEverything)
            return new ProblemResult([new Problem(Problem.Forbidden, "Only administrators, security officers and auditors see what groups give.")]);
        return Answer.Page(
            await mappings.ListAsync(Paged.From(page, limit), cancellation),
            m => new GroupMappingBody(m.Id, m.Group, m.Team, Word(m.TeamRole), Word(m.PlatformRole), m.CreatedBy, m.CreatedAt));
    }

    private static async Task<IResult> AddAsync(
        JsonBody<NewGroupMappingBody> body, ChangeGroupMapping mappings, HttpContext context, CancellationToken cancellation)
    {
        var asked = body.Value;
        if (asked.TeamRole is not null && !StoredEnum.TryFromWord<TeamRole>(asked.TeamRole, out _))
            return new ProblemResult([new Problem("role_unknown", "Choose owner or developer.", "teamRole")]);
        if (asked.PlatformRole is not null && !StoredEnum.TryFromWord<PlatformRole>(asked.PlatformRole, out _))
            return new ProblemResult([new Problem("role_unknown", "Choose administrator, security_officer or auditor.", "platformRole")]);
        return Answer.Created(
            await mappings.AddAsync(context.Actor(), new(asked.Group, asked.Team, Parse<TeamRole>(asked.TeamRole), Parse<PlatformRole>(asked.PlatformRole)), cancellation),
            _ => "/group-mappings",
            id => new CreatedGroupMappingBody(id));
    }

    private static async Task<IResult> RemoveAsync(Guid id, ChangeGroupMapping mappings, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await mappings.RemoveAsync(context.Actor(), id, cancellation));

    private static T? Parse<T>(string? word) where T : struct, Enum => StoredEnum.TryFromWord<T>(word, out var value) ? value : null;

    private static string? Word<T>(T? value) where T : struct, Enum => value is { } given ? StoredEnum.ToWord(given) : null;
}
