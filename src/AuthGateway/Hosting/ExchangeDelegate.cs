using AuthGateway.Http;

namespace AuthGateway.Hosting;

/// <summary>Handles a request of one listener.</summary>
internal delegate Task ExchangeDelegate(Exchange exchange);
