using System.Security.Authentication;
using AuthGateway.Sessions.Store;
using AuthGateway.Sessions.Store.Redis;
using StackExchange.Redis;

namespace AuthGateway.Tests.Sessions;

/// <summary>The sentence names what has to be corrected; the client library calls a failed TLS handshake and a wrong password by one name.</summary>
public class RedisErrorsTests
{
    private static readonly ConfigurationOptions Options = new() { EndPoints = { "redis.example.test:6379" } };

    public static TheoryData<Exception, string> Troubles => new()
    {
        { Connection(ConnectionFailureType.AuthenticationFailure, new AuthenticationException("The remote certificate was rejected.")), "CA_BUNDLE" },
        { Connection(ConnectionFailureType.AuthenticationFailure, new IOException("", new AuthenticationException())), "CA_BUNDLE" },
        { Connection(ConnectionFailureType.AuthenticationFailure, null, "There was an authentication failure: (AuthenticationException) The remote certificate was rejected."), "CA_BUNDLE" },
        { Connection(ConnectionFailureType.UnableToConnect, Connection(ConnectionFailureType.AuthenticationFailure, new AuthenticationException())), "CA_BUNDLE" },
        { Connection(ConnectionFailureType.AuthenticationFailure, null), "SESSION_STORE_REDIS_PWD" },
        { Server("WRONGPASS invalid username-password pair"), "SESSION_STORE_REDIS_PWD" },
        { Connection(ConnectionFailureType.UnableToConnect, null), "cannot be reached" },
        { Connection(ConnectionFailureType.SocketClosed, null), "SESSION_STORE_REDIS_PWD" },
        { Server("OOM command not allowed"), "maxmemory" },
        { new RedisTimeoutException(CommandFlags.None, "", CommandStatus.Sent), "in time" },
    };

    [Theory]
    [MemberData(nameof(Troubles), DisableDiscoveryEnumeration = true)]
    public void Sentence_names_what_to_correct(Exception trouble, string word)
    {
        var message = RedisErrors.Describe(Options, trouble).Message;

        Assert.Contains(word, message, StringComparison.Ordinal);
        Assert.Contains("redis.example.test:6379", message, StringComparison.Ordinal);
        Assert.Equal(word == "SESSION_STORE_REDIS_PWD", message.Contains("password", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Password_that_is_refused_at_a_reconnect_is_named()
    {
        using var redis = new GarnetRedis();
        var settings = new Dictionary<string, string> { ["SESSION_STORE_TYPE"] = "redis", ["SESSION_STORE_REDIS_ADDR"] = redis.Address };
        await using var rig = await GatewayRig.StartAsync(settings: settings);
        var store = rig.SharedServices.GetRequiredService<ISessionStore>();
        await store.CheckAsync(TestContext.Current.CancellationToken);

        redis.Dispose();
        redis.Start("another");

        await Deadline.UntilAsync(async () => (await TroubleOf(store)).Contains("refuses the user or password; correct SESSION_STORE_REDIS_PWD", StringComparison.Ordinal), () => "the password is named\n" + rig.Log.Text);
    }

    private static async Task<string> TroubleOf(ISessionStore store)
    {
        try
        {
            await store.CheckAsync(TestContext.Current.CancellationToken);
            return "";
        }
        catch (StoreUnavailableException e)
        {
            return e.Message;
        }
    }

    private static RedisConnectionException Connection(ConnectionFailureType kind, Exception? inner, string message = "It was not possible to connect") =>
        new(kind, CommandFlags.None, message, inner, CommandStatus.Unknown);

    private static RedisServerException Server(string message) => new(RedisErrorKind.Unknown, CommandFlags.None, message);
}
