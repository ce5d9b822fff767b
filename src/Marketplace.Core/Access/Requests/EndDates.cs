namespace Marketplace.Core.Access.Requests;

/// <summary>How long access may last: asked here by everybody who asks for it.</summary>
public static class EndDates
{
    public const int MaximumDays = 366;

    public static Problem? Check(DateTimeOffset until, DateTimeOffset now)
    {
        if (until <= now)
            return new("until_past", "Choose an end date in the future.", "until");
        return until > now.AddDays(MaximumDays)
            ? new("until_too_far", $"Access lasts at most {MaximumDays} days; choose an earlier end date and renew it.", "until")
            : null;
    }
}
