using System.Net.Http.Headers;
using Microsoft.Extensions.Primitives;

namespace AuthGateway.Http.Headers;

/// <summary>Writes to a request that goes upstream.</summary>
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
