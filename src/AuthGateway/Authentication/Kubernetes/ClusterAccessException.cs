namespace AuthGateway.Authentication.Kubernetes;

/// <summary>The cluster's access data cannot be used: the message says why and what helps, fit for a log.</summary>
internal sealed class ClusterAccessException(string message, Exception? inner = null) : Exception(message, inner);
