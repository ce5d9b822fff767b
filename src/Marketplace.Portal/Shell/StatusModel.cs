namespace Marketplace.Portal.Shell;

/// <summary>A page that says why there is no other page, and what to do.</summary>
public sealed record StatusModel(string Title, string Sentence, string Icon)
{
    public static StatusModel NotFound { get; } = new(
        "There is nothing here", "The address is wrong, or what it names is not yours to see. Search the catalog, or go back.", "map-search");

    public static StatusModel FormExpired { get; } = new(
        "This form is no longer valid", "You may have signed in or out since it was opened. Go back, reload the page and send it again.", "refresh-alert");

    public static StatusModel TooLarge { get; } = new(
        "That is too large", "An OpenAPI document may have up to 16 MB. Split it, or leave out examples, and send it again.", "file-alert");

    public static StatusModel Busy { get; } = new(
        "Many documents are being published", "There is no room for yours just now. Go back and send it again in a moment.", "refresh-alert");

    public static StatusModel Slow { get; } = new(
        "The document took too long to arrive", "It must be here within a minute. Go back and send it again, or give its address.", "refresh-alert");

    public static StatusModel Unreadable { get; } = new(
        "The request could not be read", "Something in it is not as expected. Go back, reload the page and try again.", "file-alert");

    public static StatusModel Forbidden(string? why) => new("This is not yours to do", why ?? "Your role does not allow it. Ask an owner of the team.", "lock");

    public static StatusModel Fault(string reference) => new(
        "Something broke here", $"It has been logged. Try again; if it stays, tell the operators the reference {reference}.", "bug");
}
