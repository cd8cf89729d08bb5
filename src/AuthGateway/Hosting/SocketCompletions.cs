namespace AuthGateway.Hosting;

/// <summary>
/// Has sockets complete on the thread that noticed the event, instead of one more hop to the thread pool.
/// </summary>
/// <remarks>
/// The runtime reads the variable in managed code when the first socket is used, so the program may set it for itself.
/// docs/decisions/inline-scheduling.md has the reasons and the figures.
/// </remarks>
internal static class SocketCompletions
{
    /// <summary>The runtime's variable: <c>1</c> = inline, <c>0</c> = by the thread pool.</summary>
    public const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>Called first in <c>Main</c>, before any socket. A value from the environment wins.</summary>
    public static void PreferInline()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)))
        {
            Environment.SetEnvironmentVariable(Variable, "1");
        }
    }
}
