namespace AuthGateway.Sessions;

/// <summary>The store cannot answer now. The message is one sentence fit for <c>/readyz</c>: it names the setting and the next step, nothing secret.</summary>
internal sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
