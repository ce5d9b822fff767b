using System.Runtime.InteropServices;

namespace Marketplace.Host.Embedded;

internal static partial class Signals
{
    public const int Int = 2;
    public const int Quit = 3;
    public const int Kill = 9;

    public static void Send(int processId, int signal) => _ = kill(processId, signal);

    [LibraryImport("libc")]
    private static partial int kill(int pid, int sig);
}
