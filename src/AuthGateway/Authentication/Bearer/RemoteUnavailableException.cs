namespace AuthGateway.Authentication.Bearer;

/// <summary>The remote service gave no usable response. The message is for the log.</summary>
internal sealed class RemoteUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
