using System.Globalization;
using Marketplace.Bench;
using Marketplace.Bench.Audit;
using Marketplace.Bench.Ends;
using Marketplace.Bench.Pages;

switch (args)
{
    case ["world", var folder, var applications, var grants, var apis]:
        await World.RunAsync(folder, int.Parse(applications), int.Parse(grants), int.Parse(apis));
        return 0;
    case ["publishers", var folder, var teams]:
        await Publishers.RunAsync(folder, int.Parse(teams));
        return 0;
    case ["directory", var folder, var documents]:
        await PublicDirectory.RunAsync(folder, documents);
        return 0;
    case ["sign", var seconds]:
        Limit.Sign(TimeSpan.FromSeconds(int.Parse(seconds)));
        return 0;
    case ["verify-and-sign", var seconds]:
        Limit.VerifyAndSign(TimeSpan.FromSeconds(int.Parse(seconds)));
        return 0;
    case ["assertions", var folder, var count, var audience]:
        Assertions.Write(folder, int.Parse(count), audience);
        return 0;
    case ["propagation", var folder, var tokens, var control, var pullers]:
        await Propagation.RunAsync(folder, new(tokens), new(control), int.Parse(pullers));
        return 0;
    case ["decide", "write", var folder, var operations, var clients, var tokens]:
        Decisions.Write(folder, int.Parse(operations), int.Parse(clients), int.Parse(tokens));
        return 0;
    case ["decide", "run", var folder, var clients]:
        await Decisions.RunAsync(folder, int.Parse(clients));
        return 0;
    case ["anomalies", var series, var which]:
        Anomalies.Run(series, which);
        return 0;
    case ["decide", "policy", var folder]:
        Decisions.PrintPolicy(folder);
        return 0;
    case ["crowd", var folder]:
        await Crowd.RunAsync(folder);
        return 0;
    case ["pages", var folder, var url, var seconds, var perSecond]:
        return await PageTimes.RunAsync(folder, new(url), TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)), int.Parse(perSecond));
    case ["trail", var folder, var events]:
        await Trail.RunAsync(folder, int.Parse(events));
        return 0;
    case ["audit", var folder, var url, var host]:
        await new AuditTimes(folder, new(url), int.Parse(host)).RunAsync();
        return 0;
    case ["ends", var folder]:
        await ManyGrants.RunAsync(folder);
        return 0;
    case ["balance", var seconds, var perSecond]:
        await Balance.RunAsync(int.Parse(seconds), int.Parse(perSecond));
        return 0;
    default:
        await Console.Error.WriteLineAsync("world <folder> <applications> <grants> <apis> | publishers <folder> <teams> | directory <folder> <documents> | sign <s> | verify-and-sign <s> | assertions <folder> <count> <audience> | propagation <folder> <token plane> <control plane> <pullers> | balance <s> <calls a second> | crowd <folder> | pages <folder> <portal> <s> <requests a second> | trail <folder> <events> | audit <folder> <portal> <host's process> | ends <folder> | decide write <folder> <operations> <clients> <tokens> | decide run <folder> <clients> | decide policy <folder> | anomalies <series> held|chosen");
        return 2;
}
