namespace Marketplace.Testing;

/// <summary>Runs a script of tests/clients, where other people's client libraries are installed.</summary>
public static class NodeScript
{
    public static Task<NodeResult> RunAsync(string script, params IEnumerable<string> arguments) =>
        RunAsync(script, arguments, environment: null);

    public static async Task<NodeResult> RunAsync(
        string script, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment, string? input = null)
    {
        var path = Repository.File("tests", "clients", script);
        if (!File.Exists(path)) throw new InvalidOperationException($"{path} is missing");
        if (!Directory.Exists(Repository.File("tests", "clients", "node_modules")))
            throw new InvalidOperationException("Run `npm ci` in tests/clients first; ./test.sh does.");
        await using var node = ChildProcess.Start("node", [path, .. arguments], environment, input);
        if (await Task.WhenAny(node.Exit, Task.Delay(TimeSpan.FromMinutes(2))) != node.Exit)
            throw new TimeoutException($"{script} did not end in two minutes.\n{node.Output}\n{node.Errors}");
        return new(await node.Exit, node.Output, node.Errors);
    }
}

public sealed record NodeResult(int ExitCode, string Output, string Errors)
{
    /// <summary>The output of a script that must succeed; what it said on stderr becomes the failure's message.</summary>
    public string Must() => ExitCode == 0 ? Output : throw new InvalidOperationException($"exit code {ExitCode}\n{Errors}\n{Output}");
}
