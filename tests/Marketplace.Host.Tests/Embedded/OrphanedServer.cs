using Marketplace.Host.Embedded;
using Marketplace.Testing;

namespace Marketplace.Host.Tests.Embedded;

/// <summary>A server on a cluster that no host holds, as after a kill -9 whose signal to the child was lost.</summary>
internal static class OrphanedServer
{
    public static async Task<ChildProcess> StartAsync(string cluster, string dataFolder)
    {
        var user = ServerUser.For(cluster, "marketplace");
        var programs = PostgresBinaries.Find(chosen: null).PreparedFor(user, dataFolder);
        var socket = SocketFolder.Create(dataFolder, user);
        var (file, arguments) = user.Wrap("KILL", programs.Postgres, "-D", cluster, "-c", "listen_addresses=", "-c", $"unix_socket_directories={socket}");
        var server = ChildProcess.Start(file, arguments);
        await Eventually.HoldsAsync(() => File.Exists(Path.Combine(socket, SocketFolder.SocketName)), TimeSpan.FromSeconds(20));
        return server;
    }
}
