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

    // Answers of Redis 6.0 and 6.2 to a script, then of Redis 7.0 and 7.2, then of commands outside a script.
    [Theory]
    [InlineData("ERR Error running script (call to f_6b1bf486c81ceb7edf3c093f4c48582e38c0e791): @user_script:1: -OOM command not allowed when used memory > 'maxmemory'.", "is out of memory", true, true)]
    [InlineData("ERR Error running script (call to f_6b1bf486c81ceb7edf3c093f4c48582e38c0e791): @user_script:1: @user_script: 1: -OOM command not allowed when used memory > 'maxmemory'.", "is out of memory", true, true)]
    [InlineData("ERR Error running script (call to f_6b1bf486c81ceb7edf3c093f4c48582e38c0e791): @user_script:3: @user_script: 3: -READONLY You can't write against a read only replica.", "is a read-only replica", true, false)]
    [InlineData("ERR Error running script (call to f_6b1bf486c81ceb7edf3c093f4c48582e38c0e791): @user_script:1: -MISCONF Redis is configured to save RDB snapshots, but it is currently not able to persist on disk. Commands that may modify the data set are disabled, because this instance is configured to report errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB error.", "cannot write its data to disk", true, true)]
    [InlineData("ERR Error running script (call to f_6b1bf486c81ceb7edf3c093f4c48582e38c0e791): @user_script:1: -NOREPLICAS Not enough good replicas to write.", "too few replicas", true, false)]
    [InlineData("ERR Error running script (call to f_6b1bf486c81ceb7edf3c093f4c48582e38c0e791): @user_script:1: @user_script: 1: The user executing the script can't run this command or subcommand", "(no permission to run a command in a script)", false, false)]
    [InlineData("ERR Error running script (call to f_6b1bf486c81ceb7edf3c093f4c48582e38c0e791): @user_script:1: @user_script: 1: The user executing the script can't access at least one of the keys mentioned in the command arguments", "(no permission for the keys)", false, false)]
    [InlineData("ERR Error running script (call to f_6b1bf486c81ceb7edf3c093f4c48582e38c0e791): @user_script:1: user_script:1: attempt to call field 'x' (a nil value)", "refuses a command (ERR)", false, false)]
    [InlineData("OOM command not allowed when used memory > 'maxmemory'. script: db8d8f6383e1a67ce23db65efd679a334c123806, on @user_script:1.", "is out of memory", true, true)]
    [InlineData("READONLY You can't write against a read only replica. script: db8d8f6383e1a67ce23db65efd679a334c123806, on @user_script:1.", "is a read-only replica", true, false)]
    [InlineData("NOREPLICAS Not enough good replicas to write. script: db8d8f6383e1a67ce23db65efd679a334c123806, on @user_script:1.", "too few replicas", true, false)]
    [InlineData("ERR The user executing the script can't run this command or subcommand script: 189133ea79e3bacb14badbe33abd4600cf52e8ac, on @user_script:1.", "(no permission to run a command in a script)", false, false)]
    [InlineData("ERR The user executing the script can't publish to the channel mentioned in the command script: 189133ea79e3bacb14badbe33abd4600cf52e8ac, on @user_script:1.", "(no permission for the channel)", false, false)]
    [InlineData("ERR ACL failure in script: User gw has no permissions to run the 'set' command script: 189133ea79e3bacb14badbe33abd4600cf52e8ac, on @user_script:1.", "(no permission to run 'set')", false, false)]
    [InlineData("NOPERM this user has no permissions to run the 'eval' command", "(no permission to run 'eval')", false, false)]
    [InlineData("NOPERM User gw has no permissions to run the 'script|load' command", "(no permission to run 'script|load')", false, false)]
    [InlineData("NOPERM this user has no permissions to access one of the keys used as arguments", "(no permission for the keys)", false, false)]
    [InlineData("OOM command not allowed when used memory > 'maxmemory'.", "is out of memory", true, true)]
    [InlineData("ERR unknown command 'EVAL'", "refuses a command (ERR)", false, false)]
    public void Answer_of_a_script_is_recognised_as_that_of_a_command(string answer, string words, bool refusesWrites, bool isFull)
    {
        var trouble = RedisErrors.Describe(Options, Server(answer));

        Assert.Contains(words, trouble.Message, StringComparison.Ordinal);
        Assert.Equal(refusesWrites, trouble.RefusesWrites);
        Assert.Equal(isFull, trouble.IsFull);
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
