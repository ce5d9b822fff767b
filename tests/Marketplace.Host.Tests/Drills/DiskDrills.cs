using Marketplace.Contracts.Policy;

namespace Marketplace.Host.Tests.Drills;

/// <summary>The disks of the data planes are full, or hold what nobody should believe.</summary>
[Collection(World.Name)]
public sealed class DiskDrills(World world)
{
    [Fact]
    public async Task A_full_disk_keeps_no_revocation_away_and_holds_it_once_there_is_room_again()
    {
        var drill = await Drill.BeginAsync(world);

        using (world.Disks.Fill(world.DiskOf("service")))
        using (world.Disks.Fill(world.DiskOf("gateway")))
        {
            await drill.RevokeAsync();
            await drill.ClosesAsync(within: TimeSpan.FromSeconds(15));
            await drill.EachSaysAsync(health => health.Data.ContainsKey("disk"), TimeSpan.FromSeconds(5));
        }
        await drill.IsWellAgainAsync(TimeSpan.FromSeconds(20));

        world.Network.Refuse();
        await Task.WhenAll(world.DataPlanes.Select(plane => plane.KillAsync()));
        foreach (var plane in world.DataPlanes) plane.Start();
        await drill.EachSaysAsync(health => health.LivesOn("disk"), TimeSpan.FromSeconds(30));
        world.Network.Mend();
        await drill.IsWellAgainAsync(TimeSpan.FromSeconds(30));
        await drill.CountAsync(dataPlanesWereKilled: true);
    }

    [Theory]
    [InlineData("one of before")]
    [InlineData("changed")]
    public async Task A_copy_that_is_not_the_last_one_is_not_believed_and_nothing_is_let_through_until_the_marketplace_is_heard(string copy)
    {
        var drill = await Drill.BeginAsync(world);
        var files = world.DataPlanes.Select(plane => world.Disks.Outside(Path.Combine(world.DiskOf(plane.Name), "state", "snapshot.jwt"))).ToList();
        var before = files.ConvertAll(File.ReadAllText);
        await drill.RevokeAsync();
        await drill.ClosesAsync(within: TimeSpan.FromSeconds(15));
        await drill.CountAsync();

        world.Network.Refuse();
        await Task.WhenAll(world.DataPlanes.Select(plane => plane.KillAsync()));
        for (var i = 0; i < files.Count; i++)
            await File.WriteAllTextAsync(files[i], copy == "changed" ? Changed(await File.ReadAllTextAsync(files[i])) : before[i]);
        foreach (var plane in world.DataPlanes) plane.Start();
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        await drill.EachSaysAsync(health => health.Status == "Unhealthy", TimeSpan.FromSeconds(30));
        Assert.All(world.Loads, load => Assert.All(load.Since(started), answer => Assert.Contains(answer.Verdict, new[] { Load.Unanswered, ReasonCode.PolicyUnavailable })));
        world.Network.Mend();

        await drill.IsWellAgainAsync(TimeSpan.FromSeconds(30));
        drill.BeginAnew();
        await drill.CountAsync();
    }

    private static string Changed(string jws)
    {
        var text = jws.ToCharArray();
        text[text.Length / 2] = text[text.Length / 2] == 'A' ? 'B' : 'A';
        return new string(text);
    }
}
