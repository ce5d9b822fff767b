namespace Marketplace.Core.Data;

/// <summary>The database and the scripts do not fit together; somebody has to decide what to do.</summary>
public sealed class MigrationException(string message, Exception? inner = null) : Exception(message, inner);
