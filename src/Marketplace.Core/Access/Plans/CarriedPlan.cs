namespace Marketplace.Core.Access.Plans;

/// <summary>The limits that a grant carries, or that a request asks for.</summary>
public sealed record CarriedPlan(string Name, string Title, int Revision, long? Rate, int? Per, long? Burst, long? Quota, string? Window, int? MaximumDays)
{
    /// <summary>Such as "10 calls a second, at most 20 at once; 100,000 calls a month."</summary>
    public string Sentence => LimitWords.Sentence(Rate, Per, Burst, Quota, Window);
}
