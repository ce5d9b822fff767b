using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Marketplace.Gateways.Agent;

/// <summary>What a gateway lives on at one moment, as health for people and probes and as metrics.</summary>
/// <param name="Revision">The revision that haproxy enforces; null before the first.</param>
/// <param name="Source">marketplace, disk, token (the policy is too old, so tokens alone decide) or none.</param>
/// <param name="Age">Since the control plane last confirmed the policy.</param>
/// <param name="ControlPlane">Why pulls fail; null while they do not.</param>
/// <param name="Disk">What is wrong with the disk, if anything.</param>
/// <param name="Haproxy">Why haproxy does not enforce the newest policy, if it does not.</param>
/// <param name="ClockAhead">How far the clock of this machine is ahead of the marketplace's, if that is more than tokens are allowed.</param>
internal sealed record AgentReport(long? Revision, string Source, TimeSpan Age, string? ControlPlane, string? Disk, string? Haproxy, TimeSpan? ClockAhead)
{
    public bool IsReady => Revision is not null;

    private string Status => !IsReady ? "Unhealthy" : Source != "marketplace" || ControlPlane is not null || Haproxy is not null || ClockAhead is not null ? "Degraded" : "Healthy";

    private string Description => this switch
    {
        { Revision: null } => "No policy yet: nothing is let through.",
        { Haproxy: not null } => "haproxy enforces an older policy than the one that is known.",
        { ClockAhead: not null } => "The clock of this machine is not the marketplace's: good tokens may be refused, and tokens that expired be taken.",
        { Source: "token" } => "The control plane is silent for too long: tokens alone decide until they expire.",
        { Source: "disk" } => "The control plane was not heard since the start: the policy of this gateway's own disk is in force.",
        { ControlPlane: not null } => "The control plane is silent: the last policy stays in force.",
        _ => $"Policy revision {Revision} is in force.",
    };

    /// <summary>In the shape of the other health answers of the marketplace.</summary>
    public string ToJson()
    {
        var data = new Dictionary<string, object>(StringComparer.Ordinal) { ["source"] = Source };
        if (Revision is { } revision)
            (data["revision"], data["ageSeconds"]) = (revision, (long)Age.TotalSeconds);
        if (ClockAhead is { } ahead)
            data["clockAheadSeconds"] = (long)ahead.TotalSeconds;
        foreach (var (name, fault) in new[] { ("controlPlane", ControlPlane), ("disk", Disk), ("haproxy", Haproxy) })
        {
            if (fault is not null)
                data[name] = fault;
        }

        return JsonSerializer.Serialize(new { status = Status, checks = new { marketplace = new { status = Status, description = Description, data } } });
    }

    /// <summary>Prometheus' text format 0.0.4, with the names of the SDK's meter.</summary>
    public string ToMetrics()
    {
        var text = new StringBuilder();
        text.Append("# TYPE marketplace_policy_revision gauge\n").Append(CultureInfo.InvariantCulture, $"marketplace_policy_revision {Revision ?? 0}\n");
        if (Revision is not null)
            text.Append("# TYPE marketplace_policy_age_seconds gauge\n").Append(CultureInfo.InvariantCulture, $"marketplace_policy_age_seconds{{source=\"{Source}\"}} {Age.TotalSeconds:0.0}\n");
        return text.Append("# TYPE marketplace_fault gauge\n").Append(Fault("control_plane", ControlPlane)).Append(Fault("disk", Disk)).Append(Fault("haproxy", Haproxy)).Append(Fault("clock", ClockAhead is null ? null : "wrong")).ToString();
    }

    private static string Fault(string of, string? fault) => $"marketplace_fault{{of=\"{of}\"}} {(fault is null ? 0 : 1)}\n";
}
