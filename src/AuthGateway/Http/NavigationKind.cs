
namespace AuthGateway.Http;

internal enum NavigationKind { None, TopLevel, Frame }
