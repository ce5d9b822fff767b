using System.CommandLine;
using Marketplace.Gateways;

namespace Marketplace.Cli;

/// <summary>Exit codes: 0 done, 1 it could not be done, 2 the command line is wrong, 3 what was verified does not hold. A sentence on stderr says why.</summary>
internal static class Shell
{
    public const int Failed = 1;
    public const int WrongUsage = 2;

    /// <summary>It was done, and what was looked at is not as it should be.</summary>
    public const int NotIntact = 3;

    public static async Task<int> RunAsync(ParseResult command)
    {
        var settings = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            // Longer than a gateway takes to stop its child.
            ProcessTerminationTimeout = TimeSpan.FromSeconds(10),
        };
        if (command.Errors.Count > 0)
        {
            foreach (var error in command.Errors)
                Log(error.Message);
            return WrongUsage;
        }

        try
        {
            return await command.InvokeAsync(settings);
        }
        catch (Exception e) when (e is GatewayException or IOException or UnauthorizedAccessException or HttpRequestException)
        {
            Log(e.Message);
            return Failed;
        }
    }

    public static void Log(string line) => Console.Error.WriteLine(line);

    /// <summary>A secret comes from a file or, for <c>-</c>, from stdin: an argument would show in the process list.</summary>
    public static string ReadSecret(string path)
    {
        var secret = (path == "-" ? Console.In.ReadToEnd() : File.ReadAllText(path)).Trim();
        return secret.Length > 0 ? secret : throw new GatewayException($"There is no secret in {(path == "-" ? "stdin" : path)}.");
    }
}
