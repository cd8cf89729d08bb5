using Microsoft.Extensions.Primitives;

namespace AuthGateway.Http.Headers;

/// <summary>
/// Target of identity headers. Implemented by structs, so that the hot path does not allocate.
/// </summary>
internal interface IHeaderWriter
{
    /// <summary>Replaces all values of this name.</summary>
    void Set(string name, StringValues value);
}
