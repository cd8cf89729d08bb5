using AuthGateway.Http;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Oidc.Provider;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;

namespace AuthGateway.Oidc.Login;

/// <summary>
/// Takes the browser back (OIDC Core §3.1.2.5). Everything about the browser, the state and the issuer is proven, and the state is taken once for all replicas,
/// before the code is redeemed; the handler then redeems and validates.
/// </summary>
internal sealed class CallbackEndpoint(
    CallbackValidator gate, LoginStarter flow, LoginCookies cookies, SignIn completion, ConsumedAttempts consumed, ISessionStore store, SessionTraces traces,
    IOptionsMonitor<OpenIdConnectOptions> options, TimeProvider time)
{
    /// <summary>Envoy's filters wait 10 s for a check: the provider's part and the whole of a callback there.</summary>
    private static readonly TimeSpan ProviderBudget = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan WholeBudget = TimeSpan.FromSeconds(8);

    // A little longer than a state is accepted: clocks of replicas differ.
    private static readonly TimeSpan TakenLife = LoginCookies.Life + TimeSpan.FromMinutes(5);

    /// <exception cref="LoginFailedException">The login ends in a page.</exception>
    public async Task HandleAsync(HttpContext context, AccessRequest request)
    {
        var begun = time.GetTimestamp();
        var parameters = AuthorizationResponse.Read(request.Target.Query.ToString());
        switch (await gate.JudgeAsync(request, parameters, context.RequestAborted))
        {
            case CallbackResult.GoTo(var address, var isAfterLogout):
                if (isAfterLogout)
                {
                    // The page that logged out in one step was kept after the header of that answer was read.
                    traces.ClearCache(context.Response.Headers);
                }

                context.Response.Redirect(address);
                return;
            case CallbackResult.Restart(var start, var attemptId):
                cookies.Consume(request, context.Response.Headers, attemptId);
                await flow.StartAsync(context, request, start);
                return;
            case CallbackResult.Redeem(var attempt, var state):
                await RedeemAsync(context, request, attempt, state, begun);
                return;
            case CallbackResult.Fail(var failure, var attemptId):
                if (attemptId is not null)
                {
                    cookies.Consume(request, context.Response.Headers, attemptId);
                }

                throw failure;
        }
    }

    private async Task RedeemAsync(HttpContext context, AccessRequest request, LoginAttempt attempt, string state, long begun)
    {
        try
        {
            var isFirst = await TakeAsync(state, request.EntryPoint == EntryPoint.ExtAuthz ? RestOfBudget(begun) : Timeout.InfiniteTimeSpan);
            cookies.Consume(request, context.Response.Headers, attempt.Id);
            if (!isFirst)
            {
                throw new LoginFailedException(LoginFailure.ReplayedState) { Reason = "Another replica, or this one before a restart, has answered this callback." };
            }

            context.Items[LoginHandler.AttemptKey] = attempt;
            var result = await AskProviderAsync(context, request, begun);
            var limit = request.EntryPoint == EntryPoint.ExtAuthz ? RestOfBudget(begun) : (TimeSpan?)null;
            await completion.CompleteAsync(context, request, attempt, result, limit);
        }
        catch (LoginFailedException e)
        {
            e.ReturnPath ??= attempt.ReturnPath;
            throw;
        }
    }

    // Zero, never less: a wait of less than nothing is an error of the caller.
    private TimeSpan RestOfBudget(long begun)
    {
        var rest = WholeBudget - time.GetElapsedTime(begun);
        return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }

    /// <summary>One callback in all replicas (RFC 6749 §10.5). Without the store nothing is redeemed; the cookie stays, so that the address can be opened again.</summary>
    private async Task<bool> TakeAsync(string state, TimeSpan limit)
    {
        try
        {
            // Not the browser's token: what was cancelled may have been taken.
            return await store.TakeOnceAsync(OncePurpose.Callback, OnceId.Of(state), TakenLife, CancellationToken.None).WaitAsync(limit);
        }
        catch (Exception e) when (e is StoreUnavailableException or TimeoutException)
        {
            consumed.Release(state);
            throw new LoginFailedException(LoginFailure.StoreUnavailable, inner: e) { Reason = $"It cannot be known whether this callback came before, so it is not redeemed. {e.Message}" };
        }
    }

    private async Task<LoginResult> AskProviderAsync(HttpContext context, AccessRequest request, long begun)
    {
        var calls = ProviderCalls.Begin();
        var browser = context.RequestAborted;
        using var budget = CancellationTokenSource.CreateLinkedTokenSource(browser);
        if (request.EntryPoint == EntryPoint.ExtAuthz)
        {
            budget.CancelAfter(Max(ProviderBudget - time.GetElapsedTime(begun), TimeSpan.FromMilliseconds(1)));
        }

        context.RequestAborted = calls.Budget = budget.Token;
        try
        {
            var handler = await LoginHandler.ForAsync(context, options);
            await handler.HandleRequestAsync();
        }
        catch (OperationCanceledException) when (budget.IsCancellationRequested && !browser.IsCancellationRequested)
        {
            throw TooSlow(calls);
        }
        finally
        {
            context.RequestAborted = browser;
        }

        var result = context.Items[LoginEvents.ResultKey] as LoginResult;
        if (result is { IsComplete: true, Failure: null })
        {
            return result;
        }

        throw budget.IsCancellationRequested && !browser.IsCancellationRequested ? TooSlow(calls)
            : result?.Failure ?? new LoginFailedException(LoginFailure.TokenRequestFailed) { Reason = $"{calls.Sentence ?? "The token endpoint was not asked"}; no usable tokens." };
    }

    private static LoginFailedException TooSlow(ProviderCalls calls) =>
        new(LoginFailure.ProviderUnavailable, $"The provider took longer than {ProviderBudget.TotalSeconds:0} s.") { Reason = $"{calls.Sentence}; behind Envoy a callback has {ProviderBudget.TotalSeconds:0} s for the provider." };

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
