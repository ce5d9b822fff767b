using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net.Http.Headers;
using Marketplace.Contracts.Audit;
using Marketplace.Gateways;

namespace Marketplace.Cli.Commands.Audit;

/// <summary><c>mkt audit verify</c></summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var url = new Option<Uri?>("--url") { Description = "The marketplace's public base URL: follow its whole chain.", CustomParser = ReadUrl };
        var token = new Option<string?>("--token-file") { Description = "File with an access token of an auditor, with the scope read; - for stdin." };
        var file = new Option<string?>("--file") { Description = "An export in JSON Lines; with --url it is held against the marketplace as well." };
        var keys = new Option<string?>("--keys") { Description = "File with the marketplace's audit keys (/api/v1/audit-keys), kept since; with --url they are fetched." };
        var anchors = new Option<string[]>("--anchor") { Description = "File with a checkpoint that you kept; once for each.", AllowMultipleArgumentsPerToken = true };
        var command = new Command("verify", "Follow the audit trail event by event. Exit code 3: it does not hold; each finding is one line on stdout.") { url, token, file, keys, anchors };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(url) is null && parsed.GetValue(file) is null)
                parsed.AddError("Say --url, --file or both.");
            if (parsed.GetValue(url) is not null && parsed.GetValue(token) is null)
                parsed.AddError("--url needs --token-file.");
            if (parsed.GetValue(url) is null && parsed.GetValue(keys) is null)
                parsed.AddError("--file alone needs --keys: without them a file that was written anew would look well.");
        });
        command.SetAction(async (parsed, cancel) =>
        {
            using var http = parsed.GetValue(url) is { } address ? Client(address, parsed.GetValue(token)!) : null;
            var signatures = new AuditSignatures(parsed.GetValue(keys) is { } kept ? await File.ReadAllTextAsync(kept, cancel) : await http!.GetStringAsync("api/v1/audit-keys", cancel));
            var marks = (parsed.GetValue(anchors) ?? []).Select(path => signatures.Checkpoint(path, File.ReadAllText(path).Trim())).ToList();
            var isIntact = true;
            if (parsed.GetValue(file) is { } path)
            {
                await using var stream = File.OpenRead(path);
                isIntact = (await Verification.RunAsync(path, stream, signatures, [], marks, mustBeWhole: false, cancel)).IsIntact;
            }

            if (http is not null)
            {
                using var answer = await http.GetAsync("api/v1/audit-export", HttpCompletionOption.ResponseHeadersRead, cancel);
                if (!answer.IsSuccessStatusCode)
                    throw new GatewayException($"The marketplace refused the export with {(int)answer.StatusCode}. The token must be an auditor's, with the scope read.");
                await using var stream = await answer.Content.ReadAsStreamAsync(cancel);
                await using var beside = parsed.GetValue(file) is { } export ? new ExportBeside(File.OpenRead(export)) : null;
                isIntact &= (await Verification.RunAsync(http.BaseAddress!.ToString(), stream, signatures, beside is null ? [] : [beside], marks, mustBeWhole: true, cancel)).IsIntact;
            }

            return isIntact ? 0 : Shell.NotIntact;
        });
        return command;
    }

    private static HttpClient Client(Uri url, string tokenFile)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new(url.AbsoluteUri.TrimEnd('/') + "/"), Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Shell.ReadSecret(tokenFile));
        return client;
    }

    private static Uri? ReadUrl(ArgumentResult argument)
    {
        if (Uri.TryCreate(argument.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https"))
            return url;
        argument.AddError("--url must be an absolute http or https address.");
        return null;
    }
}
