using System.Net.Sockets;

namespace AuthGateway.Quickstart;

/// <summary>A port cannot be opened; the message is one line for a person and names the port and its option.</summary>
internal sealed class PortUnavailableException(string message, Exception inner) : Exception(message, inner)
{
    /// <summary>Starts a server and turns a refused port into this exception.</summary>
    public static async Task<T> GuardAsync<T>(string option, int port, Func<Task<T>> startAsync)
    {
        try
        {
            return await startAsync();
        }
        catch (Exception e) when (e is IOException or SocketException && SocketErrorOf(e) is SocketError.AddressAlreadyInUse)
        {
            throw new PortUnavailableException($"port {port} is in use; choose another with {option} PORT (0 = a free one)", e);
        }
        catch (Exception e) when (e is IOException or SocketException && SocketErrorOf(e) is SocketError.AccessDenied)
        {
            throw new PortUnavailableException($"port {port} may not be opened by this user; choose another with {option} PORT (0 = a free one)", e);
        }
    }

    private static SocketError? SocketErrorOf(Exception? e)
    {
        while (e is not null and not SocketException)
        {
            e = e.InnerException;
        }

        return (e as SocketException)?.SocketErrorCode;
    }
}
