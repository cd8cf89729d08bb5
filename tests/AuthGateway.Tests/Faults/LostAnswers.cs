using System.Collections.Concurrent;
using System.Reflection;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Tests.Faults;

/// <summary>A session store that does what it is asked for, and whose answer is lost then.</summary>
public class LostAnswers : StoreCalls
{
    private static readonly MethodInfo Loser = typeof(LostAnswers).GetMethod(nameof(LoseAsync), BindingFlags.NonPublic | BindingFlags.Static)!;
    private readonly ConcurrentDictionary<string, int> _left = new();

    /// <summary>The next answers of a method are lost.</summary>
    public void Lose(string method, int times = 1) => _left[method] = times;

    /// <summary>All were lost that should be.</summary>
    public bool AreLost(string method) => _left.GetValueOrDefault(method) == 0;

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var answer = Call(targetMethod!, args);
        if (_left.GetValueOrDefault(targetMethod!.Name) == 0)
        {
            return answer;
        }

        _left.AddOrUpdate(targetMethod.Name, 0, (_, left) => left - 1);
        return Loser.MakeGenericMethod(targetMethod.ReturnType.GetGenericArguments()[0]).Invoke(null, [answer]);
    }

    private static async Task<T> LoseAsync<T>(Task<T> answer)
    {
        await answer;
        throw new StoreUnavailableException("the answer was lost");
    }
}
