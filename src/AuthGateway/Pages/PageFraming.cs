namespace AuthGateway.Pages;

/// <summary>Who may show a page of ours in a frame (CSP 3 §6.4.2, <c>frame-ancestors</c>).</summary>
internal enum PageFraming { Nobody, OwnOrigin, Anybody }
