using System.Net.Http.Json;

namespace Marketplace.Portal.Tests.RoleRoutes;

/// <summary>The columns, in the table's order.</summary>
public enum Column
{
    Anonymous,
    Stranger,
    OtherDeveloper,
    Developer,
    Owner,
    OtherOwner,
    Administrator,
    SecurityOfficer,
    Auditor,
}

/// <summary>Whose developer and owner the columns "of the team" mean.</summary>
public enum Side
{
    /// <summary>Team channels, whose application calls.</summary>
    Consuming,

    /// <summary>Team payments, whose API is called.</summary>
    Publishing,

    /// <summary>The team that keeps the rules.</summary>
    Platform,
}

/// <param name="Route">Method and pattern, as the app itself names its endpoint.</param>
/// <param name="Note">What sets this row apart from another of the same route.</param>
/// <param name="Expected">
/// A word per column: <c>ok</c> done or shown, <c>in</c> asked to sign in, <c>no</c> 403, <c>un</c> 404, else the status.
/// </param>
/// <param name="Prepare">Makes what the call is about, anew once somebody has done it, and says how to call.</param>
public sealed record Row(string Route, Side Side, string Note, string Expected, Func<RoleWorld, Column, Task<Call>> Prepare)
{
    public string Name => Note.Length == 0 ? Route : $"{Route} ({Note})";

    public string Cell(Column column) => Expected.Split(' ', StringSplitOptions.RemoveEmptyEntries)[(int)column];
}

public sealed record Call(HttpMethod Method, string Url, object? Json = null, string? Text = null, IReadOnlyList<(string Name, string Value)>? Form = null)
{
    public HttpRequestMessage Request(string? formToken = null)
    {
        var request = new HttpRequestMessage(Method, Url);
        if (Json is not null)
            request.Content = JsonContent.Create(Json);
        if (Text is not null)
            request.Content = new StringContent(Text, System.Text.Encoding.UTF8, "application/json");
        if (Form is not null)
            request.Content = new FormUrlEncodedContent(
                Form.Append(("__RequestVerificationToken", formToken ?? "")).Select(f => KeyValuePair.Create(f.Item1, f.Item2)));
        return request;
    }
}
