namespace AuthGateway.Http;

internal enum ListenerKind { Main, ExtAuthz, Probe, Web, Metrics }
