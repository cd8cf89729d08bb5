using System.Collections.Concurrent;
using System.Net.Sockets;
using AuthGateway.SystemTests.Parts;

namespace AuthGateway.SystemTests.Stores;

/// <summary>
/// Several people who log in, use their session, and every third time log out again, until told to stop. Only what was acknowledged to them counts:
/// a cookie they received, a logout that was answered with 201.
/// </summary>
internal sealed class LoginLoad
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _people;

    public LoginLoad(IReadOnlyList<GatewayProcess> gateways, int people = 6) =>
        _people = [.. Enumerable.Range(0, people).Select(i => LiveAsync(gateways[i % gateways.Count], gateways[(i + 1) % gateways.Count]))];

    /// <summary>Sessions that somebody received and nobody tried to end.</summary>
    public ConcurrentQueue<string> Alive { get; } = new();

    /// <summary>Sessions whose logout was acknowledged.</summary>
    public ConcurrentQueue<string> Ended { get; } = new();

    /// <summary>How often each answer came, by what was asked: <c>login 200</c>, <c>use 503</c>; 0 = the connection broke.</summary>
    public ConcurrentDictionary<string, int> Answers { get; } = new();

    public int Count(string answer) => Answers.GetValueOrDefault(answer);

    public override string ToString() => string.Join(", ", Answers.OrderBy(answer => answer.Key).Select(answer => $"{answer.Key}: {answer.Value}"));

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_people);
    }

    private async Task LiveAsync(GatewayProcess here, GatewayProcess there)
    {
        for (var i = 0; !_stop.IsCancellationRequested; i++)
        {
            string? session = null;
            await TryAsync("login", async () =>
            {
                (session, var status) = await StoreGateway.LogInAsync(here);
                return status;
            });
            if (session is null)
            {
                await Task.Delay(10);
                continue;
            }

            if (i % 3 == 2)
            {
                await LogOutAsync(here, session);
                continue;
            }

            Alive.Enqueue(session);
            await TryAsync("use", () => StoreGateway.AskAsync(there, session));
        }
    }

    private async Task LogOutAsync(GatewayProcess gateway, string session)
    {
        if (await TryAsync("logout", () => StoreGateway.LogOutAsync(gateway, session)) == 201)
            Ended.Enqueue(session);
    }

    private async Task<int> TryAsync(string what, Func<Task<int>> ask)
    {
        var status = 0;
        try
        {
            status = await ask();
        }
        catch (Exception e) when (e is SocketException or IOException or TimeoutException)
        {
            // The gateway was not there: nothing was acknowledged.
        }

        Answers.AddOrUpdate($"{what} {status}", 1, (_, count) => count + 1);
        return status;
    }
}
