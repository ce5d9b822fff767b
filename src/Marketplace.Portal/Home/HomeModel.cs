using Marketplace.Core.Access;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Following;
using Marketplace.Core.Data;
using Marketplace.Core.People;

namespace Marketplace.Portal.Home;

public sealed record HomeModel(
    Actor Me,
    Page<AccessRequestRow> Waiting,
    IReadOnlyList<AccessRequestRow> Asked,
    IReadOnlyList<ApplicationRow> Applications,
    IReadOnlyList<ApiRow> Apis,
    bool HasTeam,
    IReadOnlyList<FollowedApiRow> Starred,
    int Anomalies);

public sealed record ApplicationRow(string ClientId, string Name, string Team, int Grants);

public sealed record ApiRow(string Name, string Title, string Version, Lifecycle Lifecycle, int Operations, int Consumers, bool Overdue);
