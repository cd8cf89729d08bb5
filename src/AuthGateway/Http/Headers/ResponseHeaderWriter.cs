using Microsoft.Extensions.Primitives;

namespace AuthGateway.Http.Headers;

/// <summary>Writes to a response of the gateway, which a proxy reads.</summary>
internal readonly struct ResponseHeaderWriter(IHeaderDictionary headers) : IHeaderWriter
{
    public void Set(string name, StringValues value) => headers[name] = value;
}
