namespace AuthGateway.Proxy;

/// <summary>Where a request went: what an answer may name instead of the address that browsers know.</summary>
/// <param name="Address">The destination with its base path.</param>
/// <param name="Host">The <c>Host</c> it was asked for, when that is not the client's.</param>
internal sealed record UpstreamPlace(Uri Address, string? Host);
