namespace AuthGateway.Http.Headers;

/// <summary>True for the name of a cookie that belongs to the gateway.</summary>
internal delegate bool OwnName(ReadOnlySpan<char> name);
