namespace Marketplace.ControlPlane.Discovery;

/// <summary>
/// Each is one statement and so one transaction. The row lock on <c>instance_head</c> is held until its end, so that
/// revisions commit in their own order and who has seen N has seen all before it.
/// </summary>
internal static class LeaseStatements
{
    /// <summary>The channel that replicas LISTEN on.</summary>
    public const string Channel = "instances_changed";

    public const string Head = "select revision from instance_head";

    private const string Publish =
        $"""
        , head as (update instance_head set revision = revision + 1 where exists (select from concerned) returning revision)
        , lists as (
          insert into instance_list (api_version_id, environment, revision)
          select c.api_version_id, c.environment, h.revision from concerned c cross join head h
          on conflict (api_version_id, environment) do update set revision = excluded.revision)
        select pg_notify('{Channel}', revision::text) from head
        """;

    /// <summary>
    /// What another replica was told later stands. A line that a restored database does not know keeps nobody else's from
    /// being written.
    /// </summary>
    public const string Write =
        $"""
        with news as (
          select n.*, now() - n.age as said_at
          from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[], $9::text[], $10::int[], $11::interval[], $12::int[])
            as n (line, environment, client, instance, url, zone, version, weight, state, lease, age, share)
            join audience u on u.api_version_id = n.line and u.environment = n.environment
        ), gone as (
          delete from service_instance i using news n
          where (i.api_version_id, i.environment, i.client_id, i.instance) = (n.line, n.environment, n.client, n.instance)
            and n.state is null and i.renewed_at <= n.said_at
          returning i.api_version_id, i.environment
        ), written as (
          insert into service_instance as i
            (api_version_id, environment, client_id, instance, url, zone, version, weight, share, state, lease_seconds, registered_at, renewed_at)
          select line, environment, client, instance, url, zone, version, weight, share, state, lease, said_at, said_at from news where state is not null
          on conflict (api_version_id, environment, client_id, instance) do update
            set url = excluded.url, zone = excluded.zone, version = excluded.version, weight = excluded.weight, share = excluded.share, state = excluded.state,
              lease_seconds = excluded.lease_seconds, renewed_at = excluded.renewed_at
            where excluded.renewed_at >= i.renewed_at
          returning i.api_version_id, i.environment,
            (old.url, old.zone, old.version, old.weight, old.share, old.state) is distinct from (new.url, new.zone, new.version, new.weight, new.share, new.state) as changed
        ), concerned as (
          select api_version_id, environment from gone union select api_version_id, environment from written where changed
        )
        {Publish}
        """;

    /// <summary>
    /// Leases that ended. After an outage of ours, which a gap between two sweeps shows, nothing ends until everybody has
    /// had time to renew. And a lapse leaves nobody with nothing: the last ones that were ready stay, marked as lapsed.
    /// Those of an application that was disabled, or is of another team than the line by now, go at once: callers send
    /// their tokens there.
    /// </summary>
    public const string Sweep =
        $"""
        with sweep as (
          update instance_sweep set swept_at = now(), resumed_at = case when swept_at < now() - interval '5 s' then now() else resumed_at end
          returning resumed_at
        ), ended as (
          select i.*, p.id is null as barred, exists (
            select from service_instance o
            where o.api_version_id = i.api_version_id and o.environment = i.environment and o.state = 'ready'
              and o.renewed_at >= now() - make_interval(secs => o.lease_seconds)) as others
          from service_instance i cross join sweep s
            join api_version v on v.id = i.api_version_id join api a on a.id = v.api_id
            left join application p on p.client_id = i.client_id and p.team_id = a.team_id and p.disabled_at is null
          where p.id is null or (i.renewed_at < now() - make_interval(secs => i.lease_seconds)
            and s.resumed_at < now() - make_interval(secs => greatest(30, i.lease_seconds)))
        ), gone as (
          delete from service_instance i using ended e
          where (i.api_version_id, i.environment, i.client_id, i.instance) = (e.api_version_id, e.environment, e.client_id, e.instance)
            and i.renewed_at = e.renewed_at
            and (e.barred or e.others or e.state not in ('ready', 'lapsed') or e.renewed_at < now() - interval '10 min')
          returning i.api_version_id, i.environment
        ), kept as (
          update service_instance i set state = 'lapsed' from ended e
          where (i.api_version_id, i.environment, i.client_id, i.instance) = (e.api_version_id, e.environment, e.client_id, e.instance)
            and i.renewed_at = e.renewed_at
            and not e.barred and not e.others and e.state = 'ready' and e.renewed_at >= now() - interval '10 min'
          returning i.api_version_id, i.environment
        ), concerned as (
          select api_version_id, environment from gone union select api_version_id, environment from kept
        )
        {Publish}
        """;
}
