using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Microsoft.AspNetCore.Connections;

namespace Marketplace.Host.Setup;

public static class Startup
{
    /// <summary>What an operator can mend is one sentence on stderr and exit code 1; all else is a fault and keeps its trace.</summary>
    public static async Task<int> GuardAsync(Func<Task> run)
    {
        try
        {
            await run();
            return 0;
        }
        catch (Exception refusal) when (refusal is StartupException or MigrationException or MasterKeyException)
        {
            await Console.Error.WriteLineAsync(refusal.Message);
        }
        catch (IOException taken) when (taken.InnerException is AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"{taken.Message} Stop what listens there, or choose another port with MARKETPLACE_PORT.");
        }
        return 1;
    }
}
