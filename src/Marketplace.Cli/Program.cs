using System.CommandLine;
using Marketplace.Cli;
using Marketplace.Cli.Commands.Audit;
using Marketplace.Cli.Commands.Gateway;

var root = new RootCommand("The marketplace on the command line. Results go to stdout, everything else to stderr.")
{
    new Command("gateway", "Enforce the marketplace's policy in a gateway.")
    {
        new Command("render", "Write a gateway's configuration from a signed policy.") { RenderCommand.Haproxy() },
        new Command("run", "Run a gateway that follows the marketplace's policy.") { RunCommand.Haproxy() },
    },
    new Command("audit", "Prove that nothing on the audit trail was altered or removed.") { VerifyCommand.Create() },
};
return await Shell.RunAsync(root.Parse(args));
