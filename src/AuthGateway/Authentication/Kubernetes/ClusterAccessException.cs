namespace AuthGateway.Authentication.Kubernetes;

/// <summary>
/// The cluster configuration cannot be used. The message names the reason and the remedy, for the
/// log.
/// </summary>
internal sealed class ClusterAccessException(string message, Exception? inner = null) : Exception(message, inner);
