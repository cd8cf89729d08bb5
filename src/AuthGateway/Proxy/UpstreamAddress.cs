namespace AuthGateway.Proxy;

/// <summary>The address upstream: the destination, then the raw target byte for byte, so that what was decided is what is forwarded.</summary>
internal static class UpstreamAddress
{
    private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public static Uri Of(string target, string destination)
    {
        var prefix = destination.EndsWith('/') ? destination.AsSpan(0, destination.Length - 1) : destination;
        return new Uri(string.Concat(prefix, target), Verbatim);
    }
}
