namespace Marketplace.Testing;

/// <summary>Runs a script of tests/clients, where other people's client libraries are installed.</summary>
public static class NodeScript
{
    private static readonly Lazy<Task> Installed = new(InstallAsync);

    public static Task<NodeResult> RunAsync(string script, params IEnumerable<string> arguments) =>
        RunAsync(script, arguments, environment: null);

    public static async Task<NodeResult> RunAsync(
        string script, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment, string? input = null)
    {
        var path = Repository.File("tests", "clients", script);
        if (!File.Exists(path)) throw new InvalidOperationException($"{path} is missing");
        await Installed.Value;
        await using var node = ChildProcess.Start("node", [path, .. arguments], environment, input);
        if (await Task.WhenAny(node.Exit, Task.Delay(TimeSpan.FromMinutes(2))) != node.Exit)
            throw new TimeoutException($"{script} did not end in two minutes.\n{node.Output}\n{node.Errors}");
        return new(await node.Exit, node.Output, node.Errors);
    }

    // ./test.sh has done this already; a single test started by hand has not.
    private static async Task InstallAsync()
    {
        if (Directory.Exists(Repository.File("tests", "clients", "node_modules"))) return;
        await using var npm = ChildProcess.Start("npm", ["ci", "--prefix", Repository.File("tests", "clients")]);
        new NodeResult(await npm.Exit, npm.Output, npm.Errors).Must();
    }
}

public sealed record NodeResult(int ExitCode, string Output, string Errors)
{
    /// <summary>The output of a script that must succeed; what it said on stderr becomes the failure's message.</summary>
    public string Must() => ExitCode == 0 ? Output : throw new InvalidOperationException($"exit code {ExitCode}\n{Errors}\n{Output}");
}
