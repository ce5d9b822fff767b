using System.Text;
using Marketplace.Core;
using Marketplace.Core.Catalog.Documents;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Marketplace.Portal.Catalog.Publish;

/// <summary>The part of a form that gives an OpenAPI document: a file, pasted text or an address.</summary>
public sealed record DocumentInput(string Source, string Text, string Url)
{
    public const string Upload = "upload";
    public const string Paste = "paste";
    public const string Fetch = "fetch";

    public const string Field = "document";

    /// <summary>More than that, and the form comes back without it: a page of many megabytes helps nobody.</summary>
    private const int LongestEcho = 1024 * 1024;

    public static DocumentInput Empty { get; } = new(Upload, "", "");

    public static Problem TooLarge { get; } = new(
        DocumentProblemCode.TooLarge, $"The document is larger than {DocumentLimits.Default.MaxBytes / 1024 / 1024} MB. Remove examples, or split it into several APIs.", Field);

    public static DocumentInput Read(IFormCollection form) => new(
        form["source"].ToString() is Paste or Fetch ? form["source"].ToString() : Upload, form["text"].ToString(), form["url"].ToString().Trim());

    public DocumentInput ForEcho() => Text.Length > LongestEcho ? this with { Text = "" } : this;

    /// <summary>What was judged comes back as text, so that exactly that is published; a file cannot be put back into a form.</summary>
    public DocumentInput Keep(ReadOnlyMemory<byte> document) => document.Length > LongestEcho ? ForEcho() : new(Paste, Encoding.UTF8.GetString(document.Span), "");

    /// <summary>The document's bytes; nothing of it is looked at yet.</summary>
    public async Task<Outcome<ReadOnlyMemory<byte>>> LoadAsync(IFormCollection form, DocumentFetcher fetcher, CancellationToken cancellation)
    {
        switch (Source)
        {
            case Paste:
                return Text.Length == 0 ? Missing("Paste the document, or choose another way to give it.") : new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(Text));
            case Fetch:
                return Url.Length == 0 ? Missing("Give the document's address, or choose another way to give it.") : await FetchAsync(fetcher, cancellation);
            default:
                return form.Files.GetFile("file") is { Length: > 0 } file ? await ReadAsync(file, cancellation) : Missing("Choose a file, or another way to give the document.");
        }
    }

    private async Task<Outcome<ReadOnlyMemory<byte>>> FetchAsync(DocumentFetcher fetcher, CancellationToken cancellation)
    {
        var fetched = await fetcher.FetchAsync(Url, cancellation);
        return fetched.Succeeded ? fetched : fetched.Problems.Select(p => p with { Field = Field }).ToList();
    }

    /// <summary>One byte more than allowed is enough for the reader to say that it is too large.</summary>
    private static async Task<ReadOnlyMemory<byte>> ReadAsync(IFormFile file, CancellationToken cancellation)
    {
        var bytes = new byte[Math.Min(file.Length, DocumentLimits.Default.MaxBytes + 1)];
        await using var stream = file.OpenReadStream();
        await stream.ReadExactlyAsync(bytes, cancellation);
        return bytes;
    }

    private static Problem Missing(string sentence) => new("document_missing", sentence, Field);
}
