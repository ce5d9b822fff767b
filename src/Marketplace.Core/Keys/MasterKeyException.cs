namespace Marketplace.Core.Keys;

/// <summary>The master key is missing, unreadable or not this database's. The host must not start.</summary>
public sealed class MasterKeyException(string message, Exception? inner = null) : Exception(message, inner);
