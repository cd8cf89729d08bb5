namespace AuthGateway.Http;

/// <summary>The integration by which a request reached the gateway.</summary>
internal enum EntryPoint { Inline, ExtAuthz, Verify, ForwardAuth }
