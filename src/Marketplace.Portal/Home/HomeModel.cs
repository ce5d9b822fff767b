using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Following;
using Marketplace.Core.People;

namespace Marketplace.Portal.Home;

public sealed record HomeModel(
    Actor Me,
    IReadOnlyList<RequestRow> Waiting,
    IReadOnlyList<RequestRow> Asked,
    IReadOnlyList<ApplicationRow> Applications,
    IReadOnlyList<ApiRow> Apis,
    bool HasTeam,
    IReadOnlyList<FollowedApiRow> Starred,
    int Anomalies);

public sealed record RequestRow(
    long Number, string Application, string Api, string Version, string Environment, int Operations, DateTimeOffset RequestedAt);

public sealed record ApplicationRow(string ClientId, string Name, string Team, int Grants);

public sealed record ApiRow(string Name, string Title, string Version, Lifecycle Lifecycle, int Operations, int Consumers, bool Overdue);
