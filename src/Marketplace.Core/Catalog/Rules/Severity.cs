namespace Marketplace.Core.Catalog.Rules;

/// <summary>How much a rule's finding matters. In ascending order.</summary>
public enum Severity
{
    Off,
    Hint,
    Info,
    Warn,
    Error,
}
