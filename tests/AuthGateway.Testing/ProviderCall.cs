namespace AuthGateway.Testing;

/// <summary>One request that the provider got.</summary>
internal sealed record ProviderCall(string Endpoint, string Method, string Target, IReadOnlyDictionary<string, string> Headers, IReadOnlyDictionary<string, string> Parameters);
