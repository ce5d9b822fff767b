using System.Diagnostics;

namespace Marketplace.Host.Embedded;

/// <summary>A short-lived helper of the operating system, run to its end.</summary>
internal static class Command
{
    public static CommandResult Run(string file, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(Prepare(file, arguments))
            ?? throw new StartupException($"{file} did not start.");
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output.Trim(), errors.GetAwaiter().GetResult().Trim());
    }

    /// <summary>The child sees no variable of ours: PGPORT, PGDATA or a missing locale would change what it does.</summary>
    public static ProcessStartInfo Prepare(string file, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = (Environment.GetEnvironmentVariable("PATH") ?? "") + ":/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["LC_ALL"] = "C";
        return start;
    }
}

internal sealed record CommandResult(int ExitCode, string Output, string Errors)
{
    public bool Succeeded => ExitCode == 0;

    public string Explanation => Errors.Length > 0 ? Errors : Output;
}
