namespace AuthGateway.SystemTests.Limits;

/// <summary>Other programs that are flooded in the same way.</summary>
public enum FloodPeer
{
    /// <summary>From PATH or <c>NGINX_HOME</c>.</summary>
    Nginx,

    /// <summary>From <c>ENVOY_HOME</c>.</summary>
    Envoy,

    /// <summary>The program that <c>OAUTH2_PROXY_BIN</c> names.</summary>
    Oauth2Proxy,
}
