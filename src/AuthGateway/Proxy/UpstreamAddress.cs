namespace AuthGateway.Proxy;

/// <summary>
/// Builds the upstream address: the destination followed by the raw target byte for byte, so that
/// the upstream sees the target that was decided on.
/// </summary>
internal static class UpstreamAddress
{
    private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public static Uri Build(string target, string destination)
    {
        var prefix = destination.EndsWith('/') ? destination.AsSpan(0, destination.Length - 1) : destination;
        return new Uri(string.Concat(prefix, target), Verbatim);
    }
}
