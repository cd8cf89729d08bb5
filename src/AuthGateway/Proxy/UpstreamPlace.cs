namespace AuthGateway.Proxy;

/// <summary>
/// The destination of a forwarded request. A response may name it in place of the public address.
/// </summary>
/// <param name="Address">The destination with its base path.</param>
/// <param name="Host">The <c>Host</c> that was sent, when it differs from the client's.</param>
internal sealed record UpstreamPlace(Uri Address, string? Host);
