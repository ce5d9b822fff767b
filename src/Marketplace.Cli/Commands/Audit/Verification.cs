using Marketplace.Contracts.Audit;
using Marketplace.Gateways;

namespace Marketplace.Cli.Commands.Audit;

/// <summary>One chain, or one export, followed to its end and told on stdout.</summary>
internal sealed record Verification(bool IsIntact)
{
    /// <param name="name">What it is called where findings are told.</param>
    /// <param name="input">JSON Lines.</param>
    /// <param name="signatures">The marketplace's.</param>
    /// <param name="beside">An export to hold against it.</param>
    /// <param name="marks">Checkpoints that were kept.</param>
    /// <param name="mustBeWhole">It is the chain itself and no export of a part of it.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<Verification> RunAsync(
        string name, Stream input, AuditSignatures signatures, IReadOnlyList<ExportBeside> beside, IReadOnlyList<ChainMark> marks, bool mustBeWhole,
        CancellationToken cancellation)
    {
        await using var reader = new ExportReader(input);
        var chain = new ChainVerifier(signatures.Signed, marks);
        List<string> findings = [];
        await foreach (var line in reader.ReadAsync(cancellation))
        {
            if (line is null)
            {
                chain.AddUnreadable(reader.Line);
                continue;
            }

            chain.Add(line);
            foreach (var other in beside)
            {
                if (await other.DiffersAsync(line) && findings.Count < ChainVerifier.MostFindings)
                    findings.Add($"event {line.Sequence}: the export has another one in its place");
            }
        }

        var statement = Said(reader, signatures, findings);
        chain.Complete(statement?.Whole ?? true);
        if (statement is not null)
            Compare(statement, reader, chain, findings);
        if (mustBeWhole && statement is { Whole: false })
            throw new GatewayException("The token's person does not see the whole audit trail; take one of an auditor.");
        if (statement is { Whole: false })
            Shell.Log($"{name} is a part of the chain: that nothing else fitted its filter, the marketplace's signature says; that the rest of the chain holds, it does not show.");
        foreach (var finding in chain.Findings.Select(f => f.ToString()).Concat(findings))
            Console.Out.WriteLine($"{name}: {finding}");
        if (chain.Untold > 0)
            Console.Out.WriteLine($"{name}: and {chain.Untold} more");
        var intact = chain.Findings.Count == 0 && findings.Count == 0;
        Console.Out.WriteLine($"{name}: {chain.Count} events{(chain.Last is { } last ? $", the last is {last.Sequence} with hash {Convert.ToHexStringLower(last.Hash)}" : "")}"
            + $"{(chain.Erased > 0 ? $"; the content of {chain.Erased} was erased, as the chain tells" : "")}{(marks.Count > 0 ? $"; {marks.Count} checkpoint{(marks.Count == 1 ? "" : "s")} compared" : "")}"
            + $": {(intact ? "intact" : "NOT INTACT")}");
        return new(intact);
    }

    private static ExportStatement? Said(ExportReader reader, AuditSignatures signatures, List<string> findings)
    {
        if (reader.GoesOn)
            findings.Add("something stands behind the statement that ends it");
        if (reader.Statement is not { } token)
        {
            findings.Add("the signed statement at its end is missing: it was cut off");
            return null;
        }

        var said = signatures.Export(token, out var failure);
        if (said is null)
            findings.Add($"the statement at its end is not signed by the marketplace: {failure}");
        return said;
    }

    private static void Compare(ExportStatement said, ExportReader reader, ChainVerifier chain, List<string> findings)
    {
        if (said.Sha256 != reader.Sha256)
            findings.Add("it is not the file that the marketplace signed: something in it was altered, removed or added");
        if (said.Events != chain.Count)
            findings.Add($"it had {said.Events} events when the marketplace signed it, and has {chain.Count}");
        if (said.Whole && (chain.Last is not { } last || last.Sequence != said.HeadSequence || Convert.ToHexStringLower(last.Hash) != said.HeadHash))
            findings.Add($"the chain stood at event {said.HeadSequence} with hash {said.HeadHash} when it was exported");
    }
}
