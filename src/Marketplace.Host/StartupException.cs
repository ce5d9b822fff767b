namespace Marketplace.Host;

/// <summary>Something the operator must mend: its message is printed as it is, without a stack trace.</summary>
public sealed class StartupException(string message, Exception? inner = null) : Exception(message, inner);
