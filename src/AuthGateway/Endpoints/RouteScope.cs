namespace AuthGateway.Endpoints;

/// <summary>Which paths an <see cref="EndpointRoute"/> answers.</summary>
internal enum RouteScope
{
    /// <summary>Its path alone.</summary>
    Exact,

    /// <summary>Its path, and whole segments below it.</summary>
    Segments,

    /// <summary>Every path that begins with it; the path ends with a slash.</summary>
    Prefix,
}
