using System.Diagnostics;
using System.Security.Cryptography;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Benchmarks.Harness;

/// <summary>A store with very many sessions: filling it, opening it again, looking up, listing, ending by the provider, sweeping.</summary>
internal sealed class StoreScale(string name, Func<ISessionStore> open, int rows, int bytes)
{
    private const int Parallel = 256;
    private const int Lookups = 20_000;
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
    private readonly List<KeyValuePair<string, string>> _figures = [];
    private int _refusals;

    /// <summary>What was measured, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Figures => _figures;

    public void Add(string what, string figure)
    {
        Console.WriteLine($"{name}: {what}: {figure}");
        _figures.Add(new(what, figure));
    }

    public async Task RunAsync()
    {
        var filling = open();
        var clock = Stopwatch.StartNew();
        await filling.CheckAsync(default);
        await FillAsync(filling);
        Add("inserts, 256 at a time", $"{rows / clock.Elapsed.TotalSeconds:0}/s ({clock.Elapsed.TotalSeconds:0} s; {_refusals} times some were refused after 5 s)");
        await CloseAsync(filling);

        clock.Restart();
        var store = open();
        await store.CheckAsync(default);
        await store.FindAsync(HashOf(rows / 2), default);
        Add("open, check and first lookup", $"{clock.Elapsed.TotalMilliseconds:0} ms");
        await LookUpAsync(store);
        await EndAsync(store);
        await SweepAsync(store);
        using var self = Process.GetCurrentProcess();
        Add("memory of this process", $"{self.WorkingSet64 / 1048576} MiB");
        await CloseAsync(store);
    }

    private async Task FillAsync(ISessionStore store)
    {
        foreach (var chunk in Enumerable.Range(0, rows).Chunk(Parallel))
        {
            try
            {
                await Task.WhenAll(chunk.Select(i => store.InsertAsync(Row(i), default)));
            }
            catch (StoreUnavailableException)
            {
                _refusals++;
                await InsertMissingAsync(store, chunk);
            }
        }
    }

    /// <summary>A call that was given up may have been carried out.</summary>
    private async Task InsertMissingAsync(ISessionStore store, int[] chunk)
    {
        var live = await store.FindLiveAsync([.. chunk.Select(HashOf)], default);
        foreach (var missing in chunk.Where(i => !live.Contains(HashOf(i))))
        {
            await store.InsertAsync(Row(missing), default);
        }
    }

    private async Task LookUpAsync(ISessionStore store)
    {
        var times = new List<double>(Lookups);
        for (var i = 0; i < Lookups; i++)
        {
            var started = Stopwatch.GetTimestamp();
            _ = await store.FindAsync(HashOf(RandomNumberGenerator.GetInt32(rows)), default) ?? throw new InvalidOperationException("A session is missing.");
            times.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
        }

        Add("lookup of a random session, one after the other", $"p50 {At(times, 0.5):0} µs, p99 {At(times, 0.99):0} µs, max {times.Max():0} µs");
        var clock = Stopwatch.StartNew();
        for (var done = 0; done < Lookups; done += Parallel)
        {
            await Task.WhenAll(Enumerable.Range(0, Parallel).Select(_ => store.FindAsync(HashOf(RandomNumberGenerator.GetInt32(rows)), default)));
        }

        Add("lookups, 256 at a time", $"{Lookups / clock.Elapsed.TotalSeconds:0}/s");
    }

    private async Task EndAsync(ISessionStore store)
    {
        var clock = Stopwatch.StartNew();
        var list = await store.ListAsync(new SessionFilter { Subject = "sub-7" }, 100, default);
        Add("list of one user's sessions", $"{clock.Elapsed.TotalMilliseconds:0.0} ms ({list.Count})");
        clock.Restart();
        var notice = new LogoutNotice { Issuer = "https://p.example.test", Subject = "sub-7", IssuedAt = Now, TokenId = Guid.NewGuid().ToString(), RememberUntil = Now.AddMinutes(10) };
        var ended = await store.EndByProviderAsync(notice, default);
        Add("logout notice by subject", $"{clock.Elapsed.TotalMilliseconds:0.0} ms ({ended.Ended.Count})");
    }

    /// <summary>A tenth of the rows is past its end.</summary>
    private async Task SweepAsync(ISessionStore store)
    {
        var (steps, total, clock) = (new List<double>(), 0, Stopwatch.StartNew());
        for (var count = 100; count == 100; total += count)
        {
            var started = Stopwatch.GetTimestamp();
            count = await store.DeleteExpiredAsync(Now.AddHours(2), 100, default);
            steps.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        Add($"sweep of {total} rows in steps of 100", $"{clock.Elapsed.TotalSeconds:0.0} s; a step p50 {At(steps, 0.5):0.0} ms, p99 {At(steps, 0.99):0.0} ms, max {steps.Max():0.0} ms");
    }

    private SessionRow Row(int i) => new()
    {
        Hash = HashOf(i),
        Sealed = RandomNumberGenerator.GetBytes(bytes),
        CreatedAt = Now,
        ExpiresAt = i % 10 == 0 ? Now.AddHours(1) : Now.AddHours(24),
        LastUsedAt = Now,
        AuthenticatedAt = Now,
        Nonce = "nonce-" + i,
        Issuer = "https://p.example.test",
        Subject = "sub-" + (i % (rows / 4)),
        ProviderSessionId = "sid-" + i,
        UserId = $"user-{i % (rows / 4)}@example.test",
        UserAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        Address = "10.0.0.1",
    };

    private static SessionHash HashOf(int i) => SessionHash.From(SHA256.HashData(BitConverter.GetBytes(i)));

    private static double At(List<double> times, double share) => times.Order().ElementAt((int)(times.Count * share));

    private static async Task CloseAsync(ISessionStore store)
    {
        (store as IDisposable)?.Dispose();
        if (store is IAsyncDisposable later)
        {
            await later.DisposeAsync();
        }
    }
}
