namespace AuthGateway.Limits;

/// <summary>Waits for the work that is queued in the thread pool.</summary>
internal static class PoolTurn
{
    /// <summary>
    /// Continues behind everything that is in the pool's common queue now. <c>Task.Yield</c> would
    /// queue in front of it, in the queue of the current thread.
    /// </summary>
    public static Task TakeAsync()
    {
        var turn = new TaskCompletionSource();
        ThreadPool.UnsafeQueueUserWorkItem(static turn => turn.SetResult(), turn, preferLocal: false);
        return turn.Task;
    }
}
