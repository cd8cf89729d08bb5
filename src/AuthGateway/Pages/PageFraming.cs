namespace AuthGateway.Pages;

/// <summary>
/// The origins that may show a page in a frame (CSP 3 §6.4.2, <c>frame-ancestors</c>).
/// </summary>
internal enum PageFraming { None, SameOrigin, Any }
