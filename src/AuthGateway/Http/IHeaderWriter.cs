using System.Net.Http.Headers;
using Microsoft.Extensions.Primitives;

namespace AuthGateway.Http;

/// <summary>Where identity headers are written; a struct, so that the hot path allocates nothing for it.</summary>
internal interface IHeaderWriter
{
    /// <summary>Replaces whatever stands under this name.</summary>
    void Set(string name, StringValues value);
}

/// <summary>An answer of ours, which a proxy reads.</summary>
internal readonly struct ResponseHeaderWriter(IHeaderDictionary headers) : IHeaderWriter
{
    public void Set(string name, StringValues value) => headers[name] = value;
}

/// <summary>A request on its way upstream.</summary>
internal readonly struct UpstreamHeaderWriter(HttpRequestHeaders headers) : IHeaderWriter
{
    public void Set(string name, StringValues value)
    {
        headers.Remove(name);
        if (value.Count == 1)
        {
            headers.TryAddWithoutValidation(name, value[0]);
        }
        else
        {
            headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value);
        }
    }
}
