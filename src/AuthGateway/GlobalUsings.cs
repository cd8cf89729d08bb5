// ASP.NET Core has a type of the same name in an implicit namespace.
global using SessionOptions = AuthGateway.Configuration.SessionOptions;
