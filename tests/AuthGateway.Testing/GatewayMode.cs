namespace AuthGateway.Testing;

/// <summary>The way requests reach the gateway.</summary>
public enum GatewayMode
{
    /// <summary>The gateway forwards to the app itself.</summary>
    InLine,

    /// <summary>Envoy asks for each request (HTTP ext_authz).</summary>
    ExtAuthz,
}
